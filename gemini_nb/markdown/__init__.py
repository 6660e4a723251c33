"""A model's Markdown: where it may be cut while it grows, and what makes it safe to show."""

from gemini_nb.markdown.blocks import Blocks, definitions
from gemini_nb.markdown.parser import followed
from gemini_nb.markdown.writing import safe

__all__ = ["Blocks", "definitions", "followed", "safe"]
