"""What packages bring along: kinds of workers and blocks."""
