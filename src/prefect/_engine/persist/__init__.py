"""What is kept of a run's result: cache keys, records, storage, and the transactions that write them."""
