"""The history of states of runs."""
