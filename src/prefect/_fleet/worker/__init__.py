"""Workers: runs of a work pool, put onto infrastructure."""
