"""Reads of single rows on an event loop, which must not wait for a network."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from prefect._store.store import Store, Work

T = TypeVar("T")


async def read(store: Store, work: Work[T]) -> T:
    """What `work` reads. Where the database is in this process, it is not worth waking a thread for it."""
    coming = store.fetch(work)
    return store.read(work) if coming is None else await asyncio.wrap_future(coming)
