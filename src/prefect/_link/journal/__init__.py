"""What a server has not acknowledged yet, kept on disk until it has."""
