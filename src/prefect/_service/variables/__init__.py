"""Variables: named JSON values that flows share."""
