"""Claims of due runs."""
