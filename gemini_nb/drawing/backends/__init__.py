"""One scene as SVG, as pixels, on matplotlib axes, and as what a cell shows."""
