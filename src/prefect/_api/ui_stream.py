"""The stream of the web UI: what happens, told to each open tab as it happens, read once for all of them.

A tab opens ``GET /ui/stream`` (server-sent events), learns its id from the first message, and says with
``POST /ui/stream/{id}/topics`` what it wants to hear of: ``flow-run`` for all flow runs, ``flow-run:<id>``
for one, ``tasks:<flow run id>``, ``log:<flow run id>``, and kinds of other things such as ``deployment``. A
patch says what changed; what is large the page reads itself. Tabs that were away read their pages anew.

A page is read before its topics are known here. So the tab says how many seconds ago it began to read, and
is told what has happened to its new topics since then: nothing falls between the two.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Iterable
from typing import Any

import orjson

from prefect._api.backend import Backend
from prefect._api.decoding import body_argument
from prefect._api.exchange import EMPTY, Answer, Request
from prefect._api.routes import Handler
from prefect._base import clock, ids
from prefect._base.errors import NotFound, StoreError
from prefect._base.jsontext import dumps
from prefect._service.runs.values import instant, run_time_s
from prefect._store.sql import Queries
from prefect._store.store import Row, Tx
from prefect._wire.operation import Operation

logger = logging.getLogger("prefect.server")
sql = Queries(__file__, "ui_stream.sql")

PATH = "/ui/stream"
TOPICS = "/ui/stream/{id}/topics"
HEARTBEAT_S = 15.0
# what happens in a burst is told at once
GAP_S = 0.1
# lines of log make no entries in the log of what happened, so runs that are watched are looked at
LOG_LOOK_S = 0.5
FOLLOW_S = 30.0
AT_ONCE = 2_000
# an entry bears the time at which its transaction began; it is seen from the commit on
COMMIT_S = 2.0
AFTER_FAILURE_S = 2.0
_STREAM = b"text/event-stream"
_HEADERS = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))
_CHANGE = Operation("ui_stream.topics", "POST", TOPICS, body="prefect._wire.views:Topics")

Patch = dict[str, Any]


class Tab:
    """One open tab: what it wants, and what has not been sent to it yet."""

    __slots__ = ("id", "missed", "news", "patches", "topics")

    def __init__(self) -> None:
        self.id = ids.new_id()
        self.topics: frozenset[str] = frozenset()
        self.patches: list[Patch] = []
        # more has happened than can be told: it reads all that it shows anew
        self.missed = False
        self.news = asyncio.Event()

    def miss(self) -> None:
        self.missed = True
        self.news.set()

    def offer(self, patches: Iterable[Patch]) -> None:
        if wanted := _of(patches, self.topics):
            self.patches.extend(wanted)
            self.news.set()


class Stream:
    """All open tabs of a server, and the one reader that serves them while there are any."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._tabs: dict[str, Tab] = {}
        self._reader: asyncio.Task[None] | None = None
        self._came: asyncio.Future[bool] | None = None
        self._topics_changed = asyncio.Event()
        # set once the reader knows where it stands: from there on nothing is missed
        self._stands = asyncio.Event()
        self._lines: dict[str, str] = {}
        self._is_over = False

    def end(self) -> None:
        """Let all tabs go."""
        self._is_over = True
        for tab in self._tabs.values():
            tab.news.set()

    def handlers(self) -> list[tuple[str, str, Handler]]:
        """Method, path below the API and handler of each endpoint."""
        return [("GET", PATH, self._open), ("POST", TOPICS, self._change)]

    async def _open(self, request: Request) -> Answer:
        return Answer(200, b"", _STREAM, _HEADERS, self._messages(request))

    async def _change(self, request: Request) -> Answer:
        body = body_argument(_CHANGE, await request.body())
        tab = self._tabs.get(request.params["id"])
        if tab is None:
            raise NotFound(f"Stream with id {request.params['id']}")
        topics, before = frozenset(body["topics"]), tab.topics
        new = topics - before
        # first, so that what happens while the past is read is told, too
        tab.topics = topics
        if new and "ago" in body:
            try:
                await self._tell_past(tab, new, body["ago"])
            except StoreError:
                tab.topics = topics & before  # the tab says it again
                raise
        for topic in new:
            self._lines.pop(topic.removeprefix("log:"), None)
        self._topics_changed.set()
        return EMPTY

    async def _tell_past(self, tab: Tab, new: frozenset[str], ago_s: float) -> None:
        """Tell what has happened to topics in the seconds before they were wanted."""
        since_us = clock.system.now_us() - int((ago_s + COMMIT_S) * 1_000_000)
        entries = await self._ask(_since, since_us)
        if len(entries) == AT_ONCE:
            tab.miss()
        elif entries:
            tab.offer(_of(await self._patches(entries), new))

    async def _messages(self, request: Request) -> AsyncIterator[bytes]:
        tab = Tab()
        self._tabs[tab.id] = tab
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        gone = asyncio.create_task(request.gone())
        stands = asyncio.create_task(self._stands.wait())
        try:
            await asyncio.wait({gone, stands}, return_when=asyncio.FIRST_COMPLETED)
            yield _message("hello", {"id": tab.id})
            while not gone.done() and not self._is_over:
                news = asyncio.create_task(tab.news.wait())
                await asyncio.wait({gone, news}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                patches, tab.patches = tab.patches, []
                tab.news.clear()
                if tab.missed:
                    tab.missed = False
                    yield _message("missed", {})
                yield _message("patches", patches) if patches else b": still here\n\n"
        finally:
            gone.cancel()
            stands.cancel()
            del self._tabs[tab.id]

    # -- the reader --------------------------------------------------------------------------------

    async def _read(self) -> None:
        after = -1
        try:
            while self._tabs:
                try:
                    if after < 0:
                        after = await self._ask(_newest)
                        self._stands.set()
                    after = await self._round(after)
                except StoreError as error:
                    logger.warning("The stream of the web UI waits for the database: %s", error)
                    await asyncio.sleep(AFTER_FAILURE_S)
        finally:
            self._stands.clear()
            if self._came is not None:
                self._came.cancel()
                self._came = None

    async def _round(self, after: int) -> int:
        """Wait for something to happen, then tell it; the number of the last entry that was read."""
        came = await self._wait(after)
        watched = self._watched("log")
        patches: list[Patch] = []
        if came:
            await asyncio.sleep(GAP_S)
            entries = await self._ask(_entries, after)
            if entries:
                after = entries[-1]["seq"]
                patches += await self._patches(entries)
        if watched:
            patches += await self._new_lines(watched)
        for tab in list(self._tabs.values()):
            tab.offer(patches)
        return after

    async def _wait(self, after: int) -> bool:
        """Whether something came; it returns, too, when it is time to look at logs."""
        if self._came is None:
            self._came = asyncio.wrap_future(self._backend.store.follow({"*"}, after, FOLLOW_S))
        changed = asyncio.create_task(self._topics_changed.wait())
        look_s = LOG_LOOK_S if self._watched("log") else None
        try:
            await asyncio.wait({self._came, changed}, timeout=look_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
        self._topics_changed.clear()
        if not self._came.done():
            return False
        came, self._came = self._came, None
        return came.result()

    async def _patches(self, entries: Collection[Row]) -> list[Patch]:
        runs: set[str] = set()
        tasks: set[str] = set()
        patches: list[Patch] = []
        for entry in entries:
            topic: str = entry["topic"]
            kind = topic.removeprefix("prefect.").partition(".")[0]
            if kind == "flow-run":
                runs.add(entry["subject"])
            elif kind == "task-run":
                tasks.add(entry["subject"])
            else:
                patches.append({"topic": kind, "subject": entry["subject"], "body": {"what": topic}})
        wants_all = any("flow-run" in tab.topics for tab in self._tabs.values())
        if not wants_all:
            runs &= self._watched("flow-run")
        if runs:
            patches += await self._ask(_runs, sorted(runs))
        if tasks and (watched := self._watched("tasks")):
            patches += await self._ask(_tasks, sorted(tasks), watched)
        return patches

    async def _new_lines(self, watched: frozenset[str]) -> list[Patch]:
        newest: dict[str, str] = await self._ask(_newest_lines, sorted(watched))
        before, self._lines = self._lines, newest
        return [
            {"topic": "log", "subject": run, "body": {}}
            for run, line in newest.items()
            if before.get(run) != line
        ]

    def _watched(self, kind: str) -> frozenset[str]:
        """The ids of which some tab wants to hear under `kind`."""
        prefix = f"{kind}:"
        topics = (topic for tab in self._tabs.values() for topic in tab.topics)
        return frozenset(topic.removeprefix(prefix) for topic in topics if topic.startswith(prefix))

    async def _ask(self, work: Any, *arguments: Any) -> Any:
        async def read(tx: Tx) -> Any:
            return await work(tx, *arguments)

        return await asyncio.to_thread(self._backend.store.read, read)


def _of(patches: Iterable[Patch], topics: frozenset[str]) -> list[Patch]:
    """Those of the patches that fit the topics."""
    return [
        patch
        for patch in patches
        if patch["topic"] in topics or f"{patch['topic']}:{patch['subject']}" in topics
    ]


def _message(event: str, data: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (event.encode(), orjson.dumps(data))


async def _newest(tx: Tx) -> int:
    row = await tx.one(sql.newest)
    return row["seq"] if row else 0


async def _entries(tx: Tx, after: int) -> list[Row]:
    return await tx.all(sql.entries, after=after, limit=AT_ONCE)


async def _since(tx: Tx, since_us: int) -> list[Row]:
    return await tx.all(sql.since, since_us=since_us, limit=AT_ONCE)


async def _runs(tx: Tx, run_ids: list[str]) -> list[Patch]:
    now_us = clock.system.now_us()
    return [
        {
            "topic": "flow-run",
            "subject": row["id"],
            "body": {
                "state_type": row["state_type"],
                "state_name": row["state_name"],
                "start_time": instant(row["start_us"]),
                "end_time": instant(row["end_us"]),
                "duration": run_time_s(row, now_us),
            },
        }
        for row in await tx.all(sql.runs, ids=dumps(run_ids))
    ]


async def _tasks(tx: Tx, task_ids: list[str], watched: frozenset[str]) -> list[Patch]:
    changed = await tx.all(sql.runs_of_tasks, ids=dumps(task_ids))
    return [
        {"topic": "tasks", "subject": row["flow_run_id"], "body": {"changed": row["found"]}}
        for row in changed
        if row["flow_run_id"] in watched
    ]


async def _newest_lines(tx: Tx, run_ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for id in run_ids:
        row = await tx.one(sql.newest_line, id=id)
        if row is not None:
            found[id] = row["id"]
    return found
