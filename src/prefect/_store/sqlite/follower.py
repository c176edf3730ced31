"""Following the log: whoever waits for something to happen is woken within milliseconds of its commit.

One thread serves all who wait in this process, and lives only while somebody does. A commit of this process
wakes it at once. Commits of other processes show in the file's change counter, which is asked every few
milliseconds; the log itself is read only when that has moved.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Collection
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, time_ns
from typing import Any

from prefect._base.errors import StoreClosed
from prefect._store.sql import Queries
from prefect._store.sqlite import place
from prefect._store.sqlite.errors import translate

logger = logging.getLogger("prefect.store")
sql = Queries(__file__, "follower.sql")

POLL_S = 0.004
# who has waited for a second is in no such hurry
HURRY_S, LATER_POLL_S = 1.0, 0.012
# who waits for longer than this is in none at all, as what only works in the background
PATIENT_FROM_S, PATIENT_POLL_S = 25.0, 0.2
# the time of a file's last change is no finer than this; what is older has been seen if it is the same
COARSE_NS = 50_000_000
# how long the thread stays after the last who waited: the next one often comes soon
IDLE_S = 1.0
# who wants this is told of every entry
ANYTHING = "*"
_NEWEST, _ENTRIES = sql.newest.text, sql.entries.text


@dataclass(slots=True, eq=False)
class _Wait:
    wanted: frozenset[str]
    after: int
    until_s: float
    future: Future[bool]
    is_patient: bool = False


class Follower:
    """Tells those who wait; see the module."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wal = f"{path}-wal"
        self._closing = False
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._waits: list[_Wait] = []
        self._thread: threading.Thread | None = None
        # held while the connection is used, so that a fork can wait for the end of that
        self.turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._mark: tuple[int, int, int] | None = None
        self._seen = 0
        self._hurry_until_s = 0.0

    def follow(self, wanted: Collection[str], after: int, timeout_s: float) -> Future[bool]:
        """A future that is True once the log has an entry of a wanted topic or subject after number `after`.

        It is False when `timeout_s` seconds have passed without one.
        """
        is_patient = timeout_s >= PATIENT_FROM_S
        wait = _Wait(frozenset(wanted), after, monotonic() + timeout_s, Future(), is_patient)
        with self._lock:
            if self._closing:
                raise StoreClosed(self._path, "is closed.", "Open the store again.")
            self._waits.append(wait)
            if not wait.is_patient:
                self._hurry_until_s = monotonic() + HURRY_S
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="prefect-store-follower", daemon=True)
                self._thread.start()
        self._news.set()
        return wait.future

    def notice(self) -> None:
        """Look at once if anybody waits: this process has committed."""
        if self._waits:
            self._news.set()

    def close(self) -> None:
        """End the thread; those who still wait are told that nothing came."""
        with self._lock:
            self._closing = True
            thread = self._thread
        self._news.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        for wait in self._waits:
            _tell(wait.future, False)
        self._disconnect()

    # -- its thread ---------------------------------------------------------------------------------------

    def _loop(self) -> None:
        idle_since_s = monotonic()
        while True:
            self._news.clear()
            waits = list(self._waits)
            if waits:
                try:
                    self._look(waits)
                except Exception as error:  # noqa: BLE001 - who waits is told, and the thread goes on
                    self._fail(waits, error)
                idle_since_s = monotonic()
            with self._lock:
                if self._closing or (not self._waits and monotonic() - idle_since_s >= IDLE_S):
                    self._thread = None
                    break
            self._news.wait(self._pause_s() if self._waits else IDLE_S)
        self._disconnect()

    def _pause_s(self) -> float:
        if all(wait.is_patient for wait in list(self._waits)):
            return PATIENT_POLL_S
        return POLL_S if monotonic() < self._hurry_until_s else LATER_POLL_S

    def _may_have_changed(self) -> bool:
        """Whether the log of SQLite was written since the last look: cheaper to ask than SQLite itself."""
        try:
            found = os.stat(self._wal)
        except OSError:
            return True
        mark = (found.st_mtime_ns, found.st_size, found.st_ino)
        if mark == self._mark and time_ns() - found.st_mtime_ns > COARSE_NS:
            return False
        self._mark = mark
        return True

    def _look(self, waits: list[_Wait]) -> None:
        """Tell those for whom something came, and those whose time is over."""
        # `after` is behind for those who have come since the last look
        is_behind = self._connection is None or any(wait.after < self._seen for wait in waits)
        if is_behind or self._may_have_changed():
            with self.turn:
                connection = self._connect()
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if is_behind or version != self._version:
                    self._read(connection, waits)
                    self._version = version
        now_s = monotonic()
        for wait in waits:
            if wait.future.cancelled():
                self._drop(wait)
            elif wait.until_s <= now_s:
                self._end(wait, False)

    def _read(self, connection: sqlite3.Connection, waits: list[_Wait]) -> None:
        wanted = frozenset[str]().union(*(wait.wanted for wait in waits))
        after = min(wait.after for wait in waits)
        connection.execute("BEGIN")
        try:
            row = connection.execute(_NEWEST).fetchone()
            newest: int = row[0] if row else 0
            entries: list[tuple[int, str, str]] = []
            if newest > after:
                parameters = {"after": after, "wanted": json.dumps(sorted(wanted))}
                entries = connection.execute(_ENTRIES, parameters).fetchall()
        finally:
            connection.execute("ROLLBACK")
        self._seen = max(newest, after)
        for wait in waits:
            if (ANYTHING in wait.wanted and newest > wait.after) or any(
                seq > wait.after and (topic in wait.wanted or subject in wait.wanted)
                for seq, topic, subject in entries
            ):
                self._end(wait, True)
            wait.after = max(wait.after, newest)

    def _end(self, wait: _Wait, came: bool) -> None:
        self._drop(wait)
        _tell(wait.future, came)

    def _drop(self, wait: _Wait) -> None:
        with self._lock:
            if wait in self._waits:
                self._waits.remove(wait)

    def _fail(self, waits: list[_Wait], error: Exception) -> None:
        told = translate(error, self._path) if isinstance(error, sqlite3.Error) else error
        self._disconnect()
        for wait in waits:
            self._drop(wait)
            try:
                wait.future.set_exception(told)
            except InvalidStateError:
                pass

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = place.connect(self._path, read_only=True)
            self._version, self._mark, self._seen = -1, None, 0
        return self._connection

    def _disconnect(self) -> None:
        with self.turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    # -- around a fork ------------------------------------------------------------------------------------

    def before_fork(self) -> None:
        self._lock.acquire()
        self.turn.acquire()

    def after_fork_in_parent(self) -> None:
        self.turn.release()
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Start afresh: those who wait do so in the parent."""
        if self._connection is not None:
            self._connection.close()
        self._reset()


def _tell(future: Future[Any], came: bool) -> None:
    try:
        future.set_result(came)
    except InvalidStateError:  # whoever waited has gone away
        pass
