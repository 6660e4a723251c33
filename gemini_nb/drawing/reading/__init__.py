"""An answer's prose with its places as chips."""
