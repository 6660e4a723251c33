"""A model's Markdown: where it may be cut while it grows, and what makes it safe to show."""

from gemini_nb.markdown.blocks import Blocks, definitions
from gemini_nb.markdown.parser import followed
from gemini_nb.markdown.writing import as_html, safe

__all__ = ["Blocks", "as_html", "definitions", "followed", "safe"]
