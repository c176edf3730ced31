"""What the pages of the web UI read: rows that are joined and counted here, so that a page asks once."""
