"""A small server on the loopback address that speaks the Gemini REST API.

`server.EmbeddedServer` runs it; `server.create_app` is the application for a server of your own.
"""
