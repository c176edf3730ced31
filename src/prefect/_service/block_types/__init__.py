"""Kinds of blocks."""
