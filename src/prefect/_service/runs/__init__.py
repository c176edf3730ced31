"""What flow runs and task runs have in common: their states, and the one transaction that changes them."""
