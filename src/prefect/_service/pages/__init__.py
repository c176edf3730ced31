"""Lists in pages, with how many objects there are in all."""
