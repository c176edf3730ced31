"""Noticing that background runs of this process are cancelled, and ending them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from prefect._base import clock, lazy
from prefect._base.errors import OperationError
from prefect._base.ports import AWAITING
from prefect._wire.operation import named
from prefect.logging.loggers import get_logger

choose: Any = lazy.module("prefect._link.choose")
waiting: Any = lazy.module("prefect._link.waiting")

logger = get_logger("task_worker")

# runs that end sooner are not worth a question
SETTLED_S = 0.2
LOOK_S = 10.0
MOST_ASKED = 200


class Watch:
    """Asks for the runs that go on whether they are to end; idle while there are none.

    `end(id, state type)` is called once for each that is CANCELLING or CANCELLED.
    """

    def __init__(self, end: Callable[[str, str], Awaitable[None]]) -> None:
        self._end = end
        self._since_s: dict[str, float] = {}
        self._is_more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self, run_id: str) -> None:
        """A run goes on from now on."""
        self._since_s[run_id] = clock.system.monotonic_s()
        self._is_more.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())

    def over(self, run_id: str) -> None:
        """A run has ended, or need not be asked for any more."""
        self._since_s.pop(run_id, None)

    async def close(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _watch(self) -> None:
        while self._since_s:
            await asyncio.sleep(SETTLED_S)
            before_s = clock.system.monotonic_s() - SETTLED_S
            lasting = [id_ for id_, since_s in self._since_s.items() if since_s <= before_s]
            if lasting:
                await self._round(lasting)

    async def _round(self, lasting: list[str]) -> None:
        try:
            link = choose.awaiting()
            position = await link.position()
            self._is_more.clear()
            for start in range(0, len(lasting), MOST_ASKED):
                await self._look(link, lasting[start : start + MOST_ASKED])
            left = [id_ for id_ in lasting if id_ in self._since_s]
            if left:
                await self._wait(link, left, position)
        except (OperationError, OSError) as error:
            logger.warning("Whether task runs are to be cancelled cannot be asked: %s", error)
            await asyncio.sleep(LOOK_S)

    async def _look(self, link: Any, ids: list[str]) -> None:
        wanted = {"id": {"any_": ids}, "state": {"type": {"any_": ["CANCELLING", "CANCELLED"]}}}
        for run in await link.call(
            named("task_runs.filter"), body={"task_runs": wanted, "limit": MOST_ASKED}
        ):
            if run["id"] in self._since_s:
                self.over(run["id"])
                await self._end(run["id"], run["state_type"])

    async def _wait(self, link: Any, ids: Collection[str], position: int) -> None:
        """Until something happens to one of these runs, or there is another one to watch."""
        change = asyncio.ensure_future(waiting.wait_for_change(link, AWAITING, ids, LOOK_S, after=position))
        more = asyncio.ensure_future(self._is_more.wait())
        try:
            await asyncio.wait([change, more], return_when=asyncio.FIRST_COMPLETED)
            if change.done():
                change.result()
        finally:
            for each in (change, more):
                each.cancel()
