"""Answers and calls in a form that a schema gives."""
