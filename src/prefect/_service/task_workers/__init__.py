"""Task workers and the queue of background tasks."""
