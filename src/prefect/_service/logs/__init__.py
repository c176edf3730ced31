"""Lines of log."""
