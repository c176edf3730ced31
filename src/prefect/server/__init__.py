"""The server's side of the API."""
