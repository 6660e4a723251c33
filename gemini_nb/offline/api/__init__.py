"""The Gemini REST API: requests, replies, and what the server keeps between them."""
