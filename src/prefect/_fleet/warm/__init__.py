"""Warm processes: a template that has imported everything, forked for each run."""
