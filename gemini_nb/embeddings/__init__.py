"""Embeddings: one unit vector for each item, in batches, and how alike they are."""
