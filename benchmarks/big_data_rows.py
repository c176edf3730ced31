"""A large database of runs, made fast: rows written straight into the tables of a store."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from prefect import settings
from prefect._base import clock
from prefect._service.keepers import counts, events
from prefect._service.keepers.keeper import Keeper
from prefect._service.unit import Unit
from prefect._store.postgres import PostgresStore
from prefect._store.sqlite import SqliteStore, place
from prefect._store.store import Store, Tx

Row = tuple[Any, ...]

DAYS = 30
FLOWS, DEPLOYMENTS = 50, 40
ENDS = ("Completed",) * 90 + ("Failed",) * 6 + ("Crashed",) * 2 + ("Cancelled",) * 2
TAGS = ('["prod"]', '["dev"]', '["prod", "nightly"]', "[]", "[]")
SCHEDULED_SHARE = 0.01


class Size(NamedTuple):
    """How much is made."""

    flow_runs: int
    tasks_each: int = 10
    lines_each: int = 50

    @property
    def task_runs(self) -> int:
        return self.flow_runs * self.tasks_each

    @property
    def lines(self) -> int:
        return self.flow_runs * self.lines_each

    def __str__(self) -> str:
        return f"{self.task_runs:,} task runs, {self.flow_runs:,} flow runs, {self.lines:,} lines of log"


def id_at(at_us: int, number: int) -> str:
    """An id of that time; `number` tells those of one time apart."""
    ms = f"{at_us // 1000:012x}"
    return f"{ms[:8]}-{ms[8:]}-7000-8000-{number:012x}"


class Maker:
    """The rows of each table, generated in the order of time."""

    def __init__(self, size: Size, seed: int = 1, now_us: int | None = None) -> None:
        self.size = size
        self.now_us = clock.system.now_us() if now_us is None else now_us
        self.begin_us = self.now_us - DAYS * 86_400_000_000
        self.seed = seed
        self.flows = [id_at(self.begin_us, number) for number in range(FLOWS)]
        self.deployments = [id_at(self.begin_us, 1000 + number) for number in range(DEPLOYMENTS)]
        self._step_us = (self.now_us - self.begin_us) // max(size.flow_runs, 1)

    @classmethod
    def of(cls, path: Path, size: Size) -> Maker:
        """The one that made the database at `path`."""
        connection = sqlite3.connect(path)
        try:
            (begin_us,) = connection.execute("SELECT min(created_us) FROM flow").fetchone()
        finally:
            connection.close()
        return cls(size, now_us=begin_us + DAYS * 86_400_000_000)

    def run(self, number: int) -> tuple[str, int, str]:
        """Id, time and last state of a flow run."""
        at_us = self.begin_us + number * self._step_us
        chance = random.Random(self.seed * 1_000_003 + number)
        if number >= self.size.flow_runs * (1 - SCHEDULED_SHARE):  # the newest are planned
            return id_at(at_us, number), at_us, "Scheduled"
        return id_at(at_us, number), at_us, chance.choice(ENDS)

    def tables(self) -> dict[str, tuple[tuple[str, ...], Iterator[Row]]]:
        """Columns and rows of each table, in an order that references allow."""
        return {
            "flow": (("id", "created_us", "updated_us", "name"), self._flows()),
            "deployment": (
                ("id", "created_us", "updated_us", "name", "flow_id", "status", "entrypoint"),
                self._deployments(),
            ),
            "flow_run": (FLOW_RUN, self._flow_runs()),
            "task_run": (TASK_RUN, self._task_runs()),
            "run_state": (STATE, self._states()),
            "outbox": (("at_us", "topic", "subject", "body"), self._entries()),
            "log": (LOG, self._lines()),
        }

    def _flows(self) -> Iterator[Row]:
        for number, id in enumerate(self.flows):
            yield id, self.begin_us, self.begin_us, f"flow-{number}"

    def _deployments(self) -> Iterator[Row]:
        for number, id in enumerate(self.deployments):
            flow = self.flows[number % FLOWS]
            yield id, self.begin_us, self.begin_us, f"deployment-{number}", flow, "NOT_READY", "flows.py:it"

    def _flow_runs(self) -> Iterator[Row]:
        chance = random.Random(self.seed)
        task_runs = self.size.tasks_each
        for number in range(self.size.flow_runs):
            id, at_us, name = self.run(number)
            of = chance.randrange(FLOWS)
            deployment = self.deployments[of] if of < DEPLOYMENTS else None
            parent = None
            if task_runs and number and chance.random() < 0.05:
                _above, above_us, above_name = self.run(number - 1)
                parent = None if above_name == "Scheduled" else self.task_id(number - 1, above_us, 0)
            planned = name == "Scheduled"
            due_us = self.now_us + (number % 1000 + 1) * 60_000_000 if planned else at_us
            final_us = at_us + 2_000_000 + number * 7919 % 1000 * 1000
            yield (
                id, at_us, at_us, f"{WORDS[number % 97]}-{number}", self.flows[of], deployment,
                TAGS[number % len(TAGS)], parent, self._state_id(number, 0, 2, at_us), name.upper(), name,
                at_us if planned else final_us, "{}", 0 if planned else 1, due_us,
                due_us if planned else None,
                None if planned else at_us + 1000, None if planned else final_us,
                0 if planned else final_us - at_us - 1000,
                f'{{"x": {number}}}', int(deployment is not None and planned), 0 if planned else 1,
            )  # fmt: skip

    def task_id(self, number: int, at_us: int, place: int) -> str:
        return id_at(at_us + 10_000, number * 64 + place)

    def _state_id(self, number: int, place: int, step: int, at_us: int) -> str:
        return id_at(at_us, (number * 64 + place) * 4 + step)

    def _task_runs(self) -> Iterator[Row]:
        for number in range(self.size.flow_runs):
            flow_run_id, at_us, name = self.run(number)
            if name == "Scheduled":
                continue
            for place_ in range(self.size.tasks_each):
                begun_us = at_us + 10_000 + place_ * 100_000
                ended_us = begun_us + 80_000
                last = name if place_ == self.size.tasks_each - 1 else "Completed"
                yield (
                    self.task_id(number, at_us, place_), begun_us - 5000, ended_us,
                    f"step_{place_ % 7}-{place_}",
                    flow_run_id, f"step_{place_ % 7}-ab12cd34", str(place_), "{}",
                    TAGS[(number + place_) % len(TAGS)], 1, 1, begun_us - 5000, begun_us, ended_us, 80_000,
                    self._state_id(number, place_ + 1, 2, at_us), last.upper(), last, ended_us, "{}",
                )  # fmt: skip

    def _all_states(self) -> Iterator[tuple[str, str, str, str, int]]:
        """Id, run, kind, name and time of each state, in the order of runs."""
        for number in range(self.size.flow_runs):
            run_id, at_us, name = self.run(number)
            if name == "Scheduled":
                yield self._state_id(number, 0, 2, at_us), run_id, "flow", name, at_us
                continue
            yield self._state_id(number, 0, 0, at_us), run_id, "flow", "Pending", at_us
            yield self._state_id(number, 0, 1, at_us), run_id, "flow", "Running", at_us + 1000
            for place_ in range(self.size.tasks_each):
                id, begun_us = self.task_id(number, at_us, place_), at_us + 10_000 + place_ * 100_000
                last = name if place_ == self.size.tasks_each - 1 else "Completed"
                yield self._state_id(number, place_ + 1, 0, at_us), id, "task", "Pending", begun_us - 5000
                yield self._state_id(number, place_ + 1, 1, at_us), id, "task", "Running", begun_us
                yield self._state_id(number, place_ + 1, 2, at_us), id, "task", last, begun_us + 80_000
            final_us = at_us + 2_000_000 + number * 7919 % 1000 * 1000
            yield self._state_id(number, 0, 2, at_us), run_id, "flow", name, final_us

    def _states(self) -> Iterator[Row]:
        for id, run_id, kind, name, at_us in self._all_states():
            yield id, run_id, kind, name.upper(), name, at_us, "{}"

    def _entries(self) -> Iterator[Row]:
        for id, run_id, kind, name, at_us in self._all_states():
            yield at_us, f"prefect.{kind}-run.{name}", run_id, f'{{"state_id":"{id}"}}'

    def _lines(self) -> Iterator[Row]:
        each = self.size.lines_each
        tasks = max(self.size.tasks_each, 1)
        for number in range(self.size.flow_runs):
            run_id, at_us, name = self.run(number)
            if name == "Scheduled":
                continue
            for line in range(each):
                line_us = at_us + 5000 + line * (1_900_000 // each)
                task = None if line % 5 < 2 else self.task_id(number, at_us, line % tasks)
                level = (
                    40 if line == each - 1 and name == "Failed" else 30 if (number + line) % 40 == 0 else 20
                )
                yield (
                    id_at(line_us, number * 256 + line), line_us, level,
                    "prefect.flow_runs" if task is None else "prefect.task_runs",
                    f"Step {line} of run {number}: {WORDS[(number + line) % 97]} took {line * 37 % 1000} ms",
                    run_id, task,
                )  # fmt: skip


WORDS = [f"{first}{second}" for first in "bdfghklmnp" for second in ("ale", "ore", "ine", "ung", "ash") * 2][
    :97
]
FLOW_RUN = (
    "id", "created_us", "updated_us", "name", "flow_id", "deployment_id", "tags", "parent_task_run_id",
    "state_id",
    "state_type", "state_name", "state_at_us", "state_details", "run_count", "expected_start_us",
    "next_scheduled_us", "start_us", "end_us", "total_run_us", "parameters", "auto_scheduled", "attempt",
)  # fmt: skip
TASK_RUN = (
    "id", "created_us", "updated_us", "name", "flow_run_id", "task_key", "dynamic_key", "task_inputs", "tags",
    "flow_run_run_count", "run_count", "expected_start_us", "start_us", "end_us", "total_run_us", "state_id",
    "state_type", "state_name", "state_at_us", "state_details",
)  # fmt: skip
STATE = ("id", "run_id", "kind", "type", "name", "at_us", "details")
LOG = ("id", "at_us", "level", "name", "message", "flow_run_id", "task_run_id")


def keep_up(store: Store) -> None:
    """Have the keepers do what they would have done meanwhile: make events of the log, and count ahead."""
    values = settings.active()
    for keeper in (events.KEEPER, counts.KEEPER):

        async def work(tx: Tx, keeper: Keeper = keeper) -> float | None:
            return await keeper.round(Unit(tx, clock.system.now_us()), values)

        while (pause_s := store.write(work).result()) is not None and pause_s < 1:
            pass


def into_sqlite(path: Path, maker: Maker) -> None:
    """Make the database at `path` and fill it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    place.prepare(path)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    for table, (columns, rows) in maker.tables().items():
        connection.execute("BEGIN")
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
        connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.close()
    with closing(SqliteStore(path)) as store:
        keep_up(store)


def into_postgres(url: str, maker: Maker) -> None:
    """Fill the database at `url`, which has the schema and no rows."""
    import asyncpg

    from prefect._store.postgres.schema import APART

    async def fill() -> None:
        connection: Any = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            for table, (columns, rows) in maker.tables().items():
                where = APART.get(table, table)
                await connection.copy_records_to_table(where, records=rows, columns=list(columns))
            await connection.execute("ANALYZE")
        finally:
            await connection.close()

    asyncio.run(fill())
    with closing(PostgresStore(url)) as store:
        keep_up(store)
