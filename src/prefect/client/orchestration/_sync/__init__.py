# Made by tools/make_sync_client.py from _async/__init__.py: change that and run it again.
"""The methods of the client for blocking code, made from those for async code."""
