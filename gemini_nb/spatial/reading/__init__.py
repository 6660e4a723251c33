"""How an answer's text becomes items: rooms of `gemini_nb.spatial.parse`, no public names."""
