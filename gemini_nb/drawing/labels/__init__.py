"""Where names stand on a picture, and what becomes of those without room."""
