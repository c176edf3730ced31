"""Changes of many objects at once."""
