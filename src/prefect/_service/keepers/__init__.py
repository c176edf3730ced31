"""Keepers: what has to happen although nobody asks for it, each a small service of its own."""
