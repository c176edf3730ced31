"""API floor: the network's door to the services. Speaks HTTP, knows nothing of the SDK."""
