"""`%load_ext gemini_nb`: magics, and rich display of the SDK's own objects."""
