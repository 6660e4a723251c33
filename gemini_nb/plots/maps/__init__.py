"""Maps: projections to a plane, what they keep of the truth, and their pictures."""
