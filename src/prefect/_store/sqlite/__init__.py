"""The embedded store: one SQLite file, one writer thread a process, readers on snapshots."""

from prefect._store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
