"""The database file: finding it fit for use, creating it, bringing its schema up to date.

The header of a SQLite file tells whose it is without opening it as a database, so a file that is not ours is
never touched. A new database is built under another name and renamed when complete: nobody ever sees half of
one.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from prefect._base import errors
from prefect._store import faults, migrate
from prefect._store.sqlite.errors import translate
from prefect._store.sqlite.filelock import FileLock

APPLICATION_ID = 0x0FC0_15E1
OLDEST_SQLITE = (3, 35, 0)
BUSY_S = 60.0
_MAGIC = b"SQLite format 3\0"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class _Header:
    application_id: int
    user_version: int


def lock_path(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def prepare(path: Path) -> None:
    """See to it that `path` is a database of ours with the current schema; `StoreError` if it cannot be.

    Safe to run in any number of processes at once.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        raise errors.StoreUnavailable(
            path,
            f"needs SQLite {wanted}; this Python has {sqlite3.sqlite_version}.",
            "Use a newer build of Python.",
        )
    header = _inspect(path)
    if header is not None and header.user_version == migrate.LATEST:
        _require_writable(path)
        return
    _make_folder(path)
    with _locked(path):
        _create_or_migrate(path)


def version(path: Path) -> int:
    """The version of the schema; 0 if there is no database yet. Another program's file is an error."""
    header = _inspect(path)
    return 0 if header is None else header.user_version


def upgrade(path: Path, to: int) -> None:
    """Bring the schema up to version `to`; a missing database is made."""
    if version(path) == 0:
        prepare(path)
        return
    with _locked(path), closing(connect(path)) as connection:
        (before,) = connection.execute("PRAGMA user_version").fetchone()
        for target in range(before + 1, to + 1):
            _apply(connection, target)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def stamp(path: Path, to: int) -> None:
    """Write down that the schema has version `to`, and change nothing else."""
    with _locked(path), closing(connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {to}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Keep other processes from changing the schema; errors of SQLite come out as those of the house."""
    lock = FileLock(lock_path(path))
    try:
        with lock:
            yield
    except OSError as error:
        raise _unavailable(path, error) from error
    except sqlite3.Error as error:
        raise translate(error, path) from error
    finally:
        lock.close()


def connect(
    path: Path, *, waits: bool = True, synchronous: str = "NORMAL", read_only: bool = False
) -> sqlite3.Connection:
    """A connection with the settings of the house; transactions are begun and ended by hand.

    Opening waits for other processes; after it, with `waits=False`, a lock that is taken is an error at once.
    """
    try:
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",  # a file that has gone away is an error, not a new database
            uri=True,
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            _set_up(connection, waits, synchronous, read_only)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise translate(error, path) from error
    return connection


def _set_up(connection: sqlite3.Connection, waits: bool, synchronous: str, read_only: bool) -> None:
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA foreign_keys = ON")
        # The writer checkpoints by itself, after it has answered; this is the backstop (in pages).
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
    if not waits:
        connection.execute("PRAGMA busy_timeout = 0")


def _inspect(path: Path) -> _Header | None:
    """The header of our database at `path`, None if the file is missing or empty; a foreign one raises."""
    try:
        with open(path, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise errors.StoreUnavailable(path, "is not a regular file.", "Choose another place for it.")
            head = file.read(100)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unavailable(path, error) from error
    if not head:
        return None
    if not head.startswith(_MAGIC) or len(head) < 100:
        raise errors.StoreCorrupt(
            path,
            "is not a SQLite database.",
            "Move the file away, or choose another place with PREFECT_HOME.",
        )
    header = _Header(int.from_bytes(head[68:72], "big"), int.from_bytes(head[60:64], "big"))
    if header.application_id != APPLICATION_ID:
        raise errors.StoreForeign(
            path,
            "was made by another program, perhaps by the original Prefect, and stays as it is.",
            "Choose another PREFECT_HOME, or another file in PREFECT_SERVER_DATABASE_CONNECTION_URL.",
        )
    if header.user_version > migrate.LATEST:
        raise errors.StoreTooNew(
            path,
            f"has schema version {header.user_version}; this version of the package knows {migrate.LATEST}.",
            "Upgrade the package, or use another PREFECT_HOME.",
        )
    return header


def _create_or_migrate(path: Path) -> None:
    if _inspect(path) is None:
        _create(path)
        return
    connection = connect(path)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for target in range(version + 1, migrate.LATEST + 1):
            _apply(connection, target)
        # so that the header in the file itself tells the version
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def _create(path: Path) -> None:
    draft = path.with_name(path.name + ".new")
    try:
        _build(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)  # half of a database would only take room
        raise


def _build(draft: Path, path: Path) -> None:
    for stale in (draft, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
        stale.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for version in range(1, migrate.LATEST + 1):
            _apply(connection, version)
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    with open(draft, "rb") as file:
        os.fsync(file.fileno())
    faults.point("sqlite.create.before_rename")
    os.replace(draft, path)


def _apply(connection: sqlite3.Connection, version: int) -> None:
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE; {migrate.script(version)}\n; PRAGMA user_version = {version}; COMMIT"
        )
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unavailable(path, error) from error
    if not path.parent.is_dir():
        raise errors.StoreUnavailable(
            path, "has no folder: a file is in its place.", "Choose another PREFECT_HOME."
        )


def _require_writable(path: Path) -> None:
    for place in (path, path.parent):  # the folder too: the log of SQLite lies beside the file
        if not os.access(place, os.W_OK):
            raise errors.StoreUnavailable(
                path,
                f"cannot be written: {place} is read-only for this user.",
                "Give write permission, or choose another PREFECT_HOME.",
            )


def _unavailable(path: Path, error: OSError) -> errors.StoreError:
    if error.errno in _NO_ROOM:
        return errors.StoreFull(path, f"cannot be created: {error.strerror}.", "Free some space on its disk.")
    return errors.StoreUnavailable(
        path,
        f"cannot be opened or created: {error.strerror or error}.",
        "Check its folder and the permissions, or choose another place with PREFECT_HOME.",
    )
