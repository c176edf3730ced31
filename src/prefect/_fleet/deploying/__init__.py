"""Deploying: images are built, deployments are registered, and what changes is told."""
