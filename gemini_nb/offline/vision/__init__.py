"""Pictures: what their pixels show, and where."""
