"""What blocks can do."""
