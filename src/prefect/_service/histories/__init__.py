"""Runs counted over time."""
