"""Limits on the tags of tasks as older clients tell of them: the limits that are named ``tag:<tag>``."""
