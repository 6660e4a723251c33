"""Any answer, read once into the SDK's own types; chunks grow into one reply; no display."""
