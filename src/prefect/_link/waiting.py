"""Waiting until something happens: a run that is resumed, a slot that is freed, an answer that arrives.

Read the position, look whether what you wait for is there already, then wait from that position on: nothing
that happens in between is missed.
"""

from __future__ import annotations

from collections.abc import Collection

from prefect._base.clock import ManualClock
from prefect._base.ports import Ports
from prefect._link.link import Link


async def wait_for_change(
    link: Link, ports: Ports, topics: Collection[str], timeout_s: float, *, after: int | None = None
) -> bool:
    """Wait until the log has something new on one of `topics` (or about one of these ids).

    True when there is such an entry after position `after` (None: after this moment). False when `timeout_s`
    seconds have passed, or where the log cannot be followed: look for yourself, and wait again. In the
    embedded store the wait ends within milliseconds of the commit, also of one by another process.
    """
    if timeout_s <= 0:
        return False
    if isinstance(ports.clock, ManualClock):  # time passes with whoever waits, and so does what comes of it
        await ports.sleep(timeout_s)
        return False
    if after is None:
        after = await link.position()
    return await link.follow(topics, after, timeout_s)
