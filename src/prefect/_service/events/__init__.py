"""Events: what clients tell of their runs, and whatever else happened."""
