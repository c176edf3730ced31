"""Performing what automations want done: one action after another, those that go out in other threads."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from prefect._api import reading
from prefect._base import block_secrets, clock, late, owner
from prefect._base.errors import OperationError, StoreClosed, StoreError
from prefect._service.automations import performing
from prefect._service.automations.evaluate import ACTION_TRIGGERED
from prefect._service.automations.performing import ActionFailed, Claim
from prefect._service.events.derive import sql
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx

logger = logging.getLogger("prefect.server")

# how long an action may take to go out, and how many do at once
SEND_S = 60.0
MOST_AT_ONCE = 20
# how long the log is waited for at most, and after a failure of the store
LOOK_S, PAUSE_S = 30.0, 2.0


class Acting:
    """Performs the actions of a store while its server is there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._out: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._thread: threading.Thread | None = None
        self._end: Callable[[], object] = lambda: None

    def start(self) -> None:
        """Begin, in a thread with a loop of its own."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="prefect-actions", daemon=True)
        self._thread.start()
        ready.wait()

    def close(self) -> None:
        """Stop; what was claimed and has not gone out is tried again by another, or later."""
        if self._thread is not None:
            self._end()
            self._thread.join()
            self._thread = None

    def _run(self, ready: threading.Event) -> None:
        with suppress(asyncio.CancelledError), asyncio.Runner() as runner:
            runner.run(self._live(ready))

    async def _live(self, ready: threading.Event) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        self._end = lambda: loop.call_soon_threadsafe(task.cancel)
        ready.set()
        while True:
            try:
                after = await reading.read(self._store, _newest)
                found = await self._write(performing.claim)
                if isinstance(found, Claim):
                    await self._perform(found)
                else:
                    wait_s = LOOK_S if found is None else min(found, LOOK_S)
                    await asyncio.wrap_future(self._store.follow({ACTION_TRIGGERED}, after, wait_s))
            except StoreClosed:
                return
            except StoreError as error:
                logger.error("Actions of automations cannot be performed at present: %s", error)
                await clock.system.asleep(PAUSE_S)

    async def _perform(self, claimed: Claim) -> None:
        if claimed.goes_out:
            await self._room.acquire()
            task = asyncio.create_task(self._send(claimed))
            self._out.add(task)
            task.add_done_callback(self._out.discard)
            return
        try:
            await self._write(performing.perform, claimed)
        except (ActionFailed, OperationError) as refused:
            await self._write(performing.fail, claimed, str(refused))
        except StoreError:
            raise
        except Exception as error:
            logger.exception("An action of an automation failed unexpectedly")
            await self._write(performing.fail, claimed, f"{type(error).__name__}: {error}")

    async def _send(self, claimed: Claim) -> None:
        secrets: frozenset[str] = frozenset()
        try:
            outgoing = await self._write(performing.prepare, claimed)
            secrets = outgoing.secrets
            async with asyncio.timeout(SEND_S):
                details = await asyncio.to_thread(late.call, "automation.send", outgoing)
            await self._write(performing.done, claimed, block_secrets.without(details, secrets))
        except Exception as error:  # noqa: BLE001 - whatever goes wrong outside is told as the reason
            await self._write(performing.fail, claimed, block_secrets.without(_reason(error), secrets))
        finally:
            self._room.release()

    async def _write(self, function: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any) -> Any:
        async def work(tx: Tx) -> Any:
            return await function(Unit(tx, clock.system.now_us(), owner.current()), *arguments)

        return await asyncio.wrap_future(self._store.write(work))


async def _newest(tx: Tx) -> int:
    row = await tx.one(sql.newest_entry)
    assert row is not None
    return row["seq"]


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"It took longer than {SEND_S:g} seconds."
    return str(error) or type(error).__name__
