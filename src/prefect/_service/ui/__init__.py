"""What pages of the web UI ask for."""
