"""A folder that belongs to one process at a time; the kernel lets go of it when that process dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


NAME = "lock"


class Hold:
    """Holds a folder until `close`."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def close(self) -> None:
        """Let go. In a forked child the parent keeps its hold, and so it does when the child closes."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def take(folder: Path) -> Hold | None:
    """Hold `folder`, which must exist; None if another process does, or if it has vanished."""
    path = folder / NAME
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except FileNotFoundError:
        return None
    try:
        _try(fd)
    except OSError:
        os.close(fd)
        return None
    try:
        is_there = os.stat(path).st_ino == os.fstat(fd).st_ino
    except FileNotFoundError:
        is_there = False
    if not is_there:  # its former holder removed it in between
        os.close(fd)
        return None
    return Hold(fd)
