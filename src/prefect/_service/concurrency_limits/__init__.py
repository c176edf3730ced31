"""Concurrency limits: how many may do the same at once, whoever and wherever they are."""
