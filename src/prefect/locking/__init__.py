"""Lock managers: how runs of the same cache key exclude each other."""
