"""The leases under which processes hold their flow runs."""
