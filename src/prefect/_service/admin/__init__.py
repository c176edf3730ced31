"""The server itself: its settings, and where results are kept."""
