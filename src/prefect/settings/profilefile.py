"""The file of profiles: replaced in one step, by one editor at a time, readable by its owner alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect._base import lazy
from prefect.settings import sources, tomltext

fcntl: Any = lazy.module("fcntl")


def write(file: Path, content: Mapping[str, Any]) -> None:
    """Replace the file.

    Raises `InvalidSettings`, and keeps it, if what is there is not a file of profiles.
    """
    sources.read_profiles(file, strict=True)
    file = file.resolve()  # a link stays a link
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(handle, "w", encoding="utf-8") as opened:
            opened.write(tomltext.profiles(content))
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(beside, file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def locked(file: Path) -> Generator[None]:
    """Keep other editors of the file waiting."""
    if sys.platform == "win32":
        yield
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
