"""The Gemini REST API as data: requests checked, replies and errors in its words."""
