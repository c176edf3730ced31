"""Task workers: where background runs come from, and how they are executed."""
