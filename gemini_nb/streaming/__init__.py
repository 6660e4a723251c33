"""Chunks in, a growing answer out, and how a cell or a terminal shows it."""
