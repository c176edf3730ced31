"""Automations: rows that say what is watched for and what is done then, and the doing of it."""
