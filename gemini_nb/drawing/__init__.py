"""Annotations on a picture: one scene, drawn as SVG, as pixels or on matplotlib axes."""
