"""The text model: an n-gram model over a small corpus, conditioned on the request."""
