"""Paths of compatibility helpers."""
