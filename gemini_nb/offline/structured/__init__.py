"""Answers with a form: JSON by schema, and calls of declared functions."""
