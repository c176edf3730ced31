"""Paths of concurrency helpers."""
