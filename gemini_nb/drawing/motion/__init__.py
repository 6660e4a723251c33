"""Frames of a film: trails, a timeline, a contact sheet, an animation."""
