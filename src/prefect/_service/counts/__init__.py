"""Counts of task runs by time and state, made ahead."""
