"""The methods of the client for async code; those for blocking code are made from these files."""
