"""Small results of runs, kept in the store."""
