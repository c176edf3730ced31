"""Old private paths that published packages import; each module mirrors what has its own place now."""
