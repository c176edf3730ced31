"""What SQLite reports, said in the words of the house: mapped once, at this seam."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from prefect._base import errors
from prefect._base.errors import StoreError

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 when the error comes from the driver itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    return primary_code(error) in BUSY


def translate(error: sqlite3.Error | ValueError | OverflowError, path: Path | str) -> StoreError:
    """The store error that stands for `error`, to be raised from it."""
    if not isinstance(error, sqlite3.Error):
        return errors.StoreValue(path, f"cannot keep a value: {error}.", "Send another value.")
    code = primary_code(error)
    if code == sqlite3.SQLITE_CONSTRAINT:
        return errors.StoreConstraint(
            path, f"refused a row: {error}.", "Check what is written against the schema."
        )
    if code == sqlite3.SQLITE_FULL:
        return errors.StoreFull(path, "cannot grow: no room is left.", "Free some space on its disk.")
    if code in BUSY:
        return errors.StoreBusy(
            path, "is kept locked by another process.", "End the program that holds it open in a transaction."
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return errors.StoreCorrupt(
            path,
            f"is damaged ({error}).",
            "Put a backup in its place, or move the file away to start with an empty database.",
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
        return errors.StoreUnavailable(
            path,
            f"cannot be read and written ({error}).",
            "Check the permissions and the health of its folder, or choose another one with PREFECT_HOME.",
        )
    return errors.StoreError(path, f"answered: {error}.", "This is a defect of the statement that was sent.")
