"""Saved blocks, encrypted."""
