"""Carrying out a group of the queue in one transaction, and getting the write lock for it."""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeAlias

from prefect._base import owner
from prefect._base.drive import drive
from prefect._base.errors import StoreBusy, StoreError
from prefect._store import faults
from prefect._store.sqlite import place
from prefect._store.sqlite.errors import is_busy, translate
from prefect._store.sqlite.filelock import FileLock
from prefect._store.sqlite.records import write_records
from prefect._store.sqlite.tx import SqliteTx
from prefect._store.store import Record, Work

logger = logging.getLogger("prefect.store")

CONTENDED_S = 0.0005
CHECKPOINT_ROWS = 4_000
# While a group is written the interpreter lock changes hands at each statement. With a busy main thread each
# return would cost the default interval of 5 ms with the write lock held, so it is shorter meanwhile.
SWITCH_S = 0.00005


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of work in the queue; without `work` a mark that tells when all before it is durable."""

    work: Work[Any] | None
    future: Future[Any] | None


Item: TypeAlias = Record | Job
# a job's future with what it is to be told: a value, or an error
Outcome: TypeAlias = tuple[Future[Any] | None, Any, BaseException | None]


class _RolledBackError(Exception):
    """SQLite gave up the whole transaction while a job ran; `__cause__` says why."""


class Groups:
    """Commits groups on the write connection, from one thread.

    `turn` is held while a transaction is open, so that a fork can wait for its end.
    """

    def __init__(self, path: Path, synchronous: str) -> None:
        self.turn = threading.Lock()
        self._path = path
        self._synchronous = synchronous
        self._waiting_room = FileLock(place.lock_path(path))
        self._connection: sqlite3.Connection | None = None
        self._owner: str | None = None
        self._unchecked_rows = 0

    def commit(self, group: Sequence[Item]) -> list[Outcome]:
        """Carry out `group` in one transaction; returns what its jobs are to be told when it is durable.

        While another process has the write lock, writers queue up in the waiting room; the first asks again
        and again.
        """
        outcomes = self._attempt(group)
        if outcomes is not None:
            return outcomes
        deadline_s = monotonic() + place.BUSY_S
        with self._waiting_room:
            while monotonic() < deadline_s:
                outcomes = self._attempt(group)
                if outcomes is not None:
                    return outcomes
                sleep(CONTENDED_S)
        raise StoreBusy(
            self._path,
            f"was kept locked by another process for {place.BUSY_S:.0f} s.",
            "End the program that holds it open in a transaction.",
        )

    def _attempt(self, group: Sequence[Item]) -> list[Outcome] | None:
        """None if another process has the write lock."""
        interval_s = sys.getswitchinterval()
        with self.turn:
            sys.setswitchinterval(min(interval_s, SWITCH_S))
            try:
                connection = self._connect()
                return self._carry_out(connection, group) if self._begin(connection) else None
            finally:
                if sys.getswitchinterval() <= SWITCH_S:  # unless the program has set another meanwhile
                    sys.setswitchinterval(interval_s)

    def _begin(self, connection: sqlite3.Connection) -> bool:
        """Whether the write lock is ours; False while another process has it."""
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if is_busy(error):
                return False
            raise translate(error, self._path) from error
        return True

    def _carry_out(self, connection: sqlite3.Connection, group: Sequence[Item]) -> list[Outcome]:
        rows_before = connection.total_changes
        try:
            faults.point("sqlite.group.begun")
            outcomes = self._work_through(connection, group)
            faults.point("sqlite.group.before_commit")
            if connection.in_transaction:
                connection.execute("COMMIT")
        except _RolledBackError as lost:
            cause = lost.__cause__
            raise (
                cause if isinstance(cause, StoreError) else StoreError(self._path, f"gave up: {cause}.", "")
            ) from cause
        except sqlite3.Error as error:
            raise translate(error, self._path) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        faults.point("sqlite.group.after_commit")
        self._unchecked_rows += connection.total_changes - rows_before
        return outcomes

    def _work_through(self, connection: sqlite3.Connection, group: Sequence[Item]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        batch: list[Record] = []
        for item in group:
            if not isinstance(item, Job):
                batch.append(item)
                continue
            if batch:
                write_records(connection, batch, self._identity())
                batch = []
            outcomes.append(self._do(connection, item, alone=len(group) == 1))
        if batch:
            write_records(connection, batch, self._identity())
        return outcomes

    def _do(self, connection: sqlite3.Connection, job: Job, alone: bool) -> Outcome:
        """Run one job; whatever it raises is its own affair, its changes are taken back."""
        if job.work is None:
            return job.future, None, None
        if not alone:
            connection.execute("SAVEPOINT job")
        try:
            value = drive(job.work(SqliteTx(connection, self._path)))
        except BaseException as error:  # delivered to whoever waits for the job
            if not connection.in_transaction:
                raise _RolledBackError from error
            if alone:
                connection.execute("ROLLBACK")
            else:
                connection.execute("ROLLBACK TO job")
                connection.execute("RELEASE job")
            return job.future, None, error
        if not alone:
            connection.execute("RELEASE job")
        return job.future, value, None

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = place.connect(self._path, waits=False, synchronous=self._synchronous)
        return self._connection

    def _identity(self) -> str:
        if self._owner is None:
            self._owner = owner.current()
        return self._owner

    def checkpoint(self) -> None:
        """Move the log of SQLite into its file now and then: after the answers, before the next group."""
        if self._unchecked_rows < CHECKPOINT_ROWS or self._connection is None:
            return
        self._unchecked_rows = 0
        with self.turn:
            try:
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            except sqlite3.Error as error:
                if not is_busy(error):
                    logger.warning("%s", translate(error, self._path))

    def close(self) -> None:
        """Give back connection and lock file; also what a forked child does with those of its parent."""
        with self.turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        self._waiting_room.close()
