"""What pictures show: classical analysis of their pixels, and sentences about it."""
