"""A small server on the loopback address that speaks the Gemini REST API."""
