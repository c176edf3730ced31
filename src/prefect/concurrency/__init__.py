"""Limits on how many do the same at once: `prefect.concurrency.sync` and `prefect.concurrency.asyncio`."""
