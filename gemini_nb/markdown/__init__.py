"""A model's Markdown as text: where it may be cut, and what makes it safe to show. No display."""
