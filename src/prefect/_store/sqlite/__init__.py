"""The embedded store: one SQLite file, one writer thread a process, readers on snapshots."""

from prefect._store.sqlite.store import SqliteStore, TemporaryStore

__all__ = ["SqliteStore", "TemporaryStore"]
