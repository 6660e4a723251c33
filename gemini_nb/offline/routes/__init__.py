"""The server's operations: one module for each resource of the API."""
