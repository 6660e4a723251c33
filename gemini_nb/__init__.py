"""See what Gemini returns, in a notebook cell; and learn the API without a key."""
