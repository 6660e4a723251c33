"""How long a test waits for what should take a moment."""

HANGS = 30.0
"""Seconds of CPU: what takes time in proportion to its input needs less than one, its square
minutes. How fast it is, the benchmarks measure: a busy machine fails no test."""
