"""Where the journals of a home are: one folder for each server, and in it one for each process.

A process holds its folder. A folder that nobody holds is what a dead process left: it is taken over.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prefect._base import lazy, owner
from prefect._link.journal import hold
from prefect._link.journal.hold import Hold
from prefect._link.journal.spool import Spool

settings: Any = lazy.module("prefect.settings")

OWNER = "owner"


def of_server(url: str) -> Path:
    """The folder of the journals for the API at `url`."""
    home: Path = settings.active()["home"]
    return home / "journal" / hashlib.sha256(url.encode()).hexdigest()[:16]


class Folder:
    """The folder of one process: it and its hold are made when the first spool is written to."""

    def __init__(self, path: Path, owned_by: str, held: Hold | None = None) -> None:
        self.path = path
        self.owner = owned_by
        self._hold = held

    def open(self) -> None:
        """Make the folder and hold it, before the first record. Raises `OSError`."""
        if self._hold is not None:
            return
        # under a name that nobody looks at until it is held
        hidden = self.path.with_name(f".{self.path.name}")
        hidden.mkdir(parents=True, exist_ok=True)
        self._hold = hold.take(hidden)
        (hidden / OWNER).write_text(self.owner)
        hidden.rename(self.path)

    def spool(self, name: str) -> Spool:
        """The spool of one kind of records."""
        return Spool(self.path, name, self.open)

    def abandon(self) -> None:
        """Forget the folder, as in a forked child: it is the parent's."""
        if self._hold is not None:
            self._hold.close()
            self._hold = None

    def close(self) -> None:
        """Let go of the folder; it is removed if nothing is left in it that was not delivered."""
        if self._hold is None:
            return
        if not any(self.path.glob("*.seg")):
            for path in self.path.iterdir():
                path.unlink(missing_ok=True)
            self.path.rmdir()
        self.abandon()


def mine(url: str) -> Folder:
    """The folder of this process for its records to the API at `url`; not made yet."""
    name = f"{os.getpid()}-{os.urandom(6).hex()}"
    return Folder(of_server(url) / name, owner.current())


def left(url: str) -> Iterator[Folder]:
    """The folders that dead processes left for the API at `url`, each held by this process from now on."""
    try:
        found = sorted(of_server(url).iterdir())
    except OSError:
        return
    for path in found:
        if path.name.startswith("."):
            continue
        held = hold.take(path)
        if held is not None:
            try:
                owned_by = (path / OWNER).read_text()
            except OSError:
                owned_by = ""
            yield Folder(path, owned_by, held)
