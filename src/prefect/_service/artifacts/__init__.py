"""Artifacts: things to look at that runs leave behind."""
