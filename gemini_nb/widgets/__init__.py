"""Widgets: correct what a model marked, try prompts on a picture, chat with settings."""
