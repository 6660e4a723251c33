"""Similarity matrices: ordered, coloured, drawn."""
