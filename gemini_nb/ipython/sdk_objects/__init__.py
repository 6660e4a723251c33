"""The SDK's own objects as a reader wants to see them; one module for each kind."""
