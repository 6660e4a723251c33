"""Pictures: from files and arrays to pixels, and to what a browser shows."""
