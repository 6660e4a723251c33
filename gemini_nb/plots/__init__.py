"""Plots of embeddings: values in, and out a picture that shows itself and says what it shows."""
