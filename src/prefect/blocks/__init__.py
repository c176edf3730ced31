"""Blocks: configuration and credentials that are saved under a name and loaded where they are needed."""
