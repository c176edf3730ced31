"""Readers: a bounded pool of connections, each read on a snapshot, in the thread of the caller."""

from __future__ import annotations

import queue
import sqlite3
import threading
from pathlib import Path
from typing import TypeVar

from prefect._base.drive import drive
from prefect._base.errors import StoreClosed
from prefect._store.sqlite import place
from prefect._store.sqlite.errors import translate
from prefect._store.sqlite.tx import SqliteTx
from prefect._store.store import Work

T = TypeVar("T")

MOST = 16


class _Reader:
    """One connection; `turn` is held during a read, so that a fork can wait for its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.turn = threading.RLock()
        self.connection = place.connect(path, read_only=True)

    def read(self, work: Work[T]) -> T:
        connection = self.connection
        with self.turn:
            try:
                connection.execute("BEGIN")
                try:
                    return drive(work(SqliteTx(connection, self.path)))
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise translate(error, self.path) from error


class Readers:
    """Reads of any threads at once; beyond `MOST` they take turns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closed = False
        self._reset()

    def _reset(self) -> None:
        self._idle: queue.SimpleQueue[_Reader] = queue.SimpleQueue()
        self._all: list[_Reader] = []
        self._growing = threading.Lock()

    def read(self, work: Work[T]) -> T:
        idle = self._idle
        reader = self._take(idle)
        try:
            return reader.read(work)
        finally:
            idle.put(reader)

    def _take(self, idle: queue.SimpleQueue[_Reader]) -> _Reader:
        try:
            return idle.get_nowait()
        except queue.Empty:
            pass
        with self._growing:
            if self._closed:
                raise StoreClosed(self._path, "is closed.", "Open the store again.")
            if len(self._all) < MOST:
                reader = _Reader(self._path)
                self._all.append(reader)
                return reader
        return idle.get()

    def close(self) -> None:
        with self._growing:
            self._closed = True
            readers, self._all = self._all, []
            self._idle = queue.SimpleQueue()
        for reader in readers:
            with reader.turn:
                reader.connection.close()

    def before_fork(self) -> list[threading.RLock]:
        """Wait for the reads of other threads; returns the locks to give back after the fork."""
        self._growing.acquire()
        turns = [reader.turn for reader in self._all]
        for turn in turns:
            turn.acquire()
        return turns

    def after_fork_in_parent(self, turns: list[threading.RLock]) -> None:
        for turn in turns:
            turn.release()
        self._growing.release()

    def after_fork_in_child(self) -> None:
        for reader in self._all:
            reader.connection.close()
        self._reset()
