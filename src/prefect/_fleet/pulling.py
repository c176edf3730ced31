"""Code that a runner fetches: once when it is served, and again every so often."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from time import monotonic
from typing import Any, Self

from prefect.logging.loggers import get_logger

logger = get_logger("runner")

BASE = "$STORAGE_BASE_PATH"


class Pulls:
    """The storages of what is served, below one directory that lasts as long as this does."""

    def __init__(self) -> None:
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._storages: list[Any] = []
        self._pulled: dict[int, float] = {}
        self._locks: dict[int, asyncio.Lock] = {}

    @property
    def base(self) -> Path:
        """The directory, made when it is first asked for."""
        if self._directory is None:
            self._directory = tempfile.TemporaryDirectory(
                prefix="prefect-served-", ignore_cleanup_errors=True
            )
        return Path(self._directory.name)

    async def add(self, storage: Any) -> str:
        """Fetch code from `storage`; the path at which runs find it."""
        for known in self._storages:
            if known == storage:
                storage = known
                break
        else:
            storage.set_base_path(self.base)
            self._storages.append(storage)
            await storage.pull_code()
            self._pulled[id(storage)] = monotonic()
        return f"{BASE}/{storage.destination.relative_to(self.base)}"

    async def freshen(self, storage: Any) -> None:
        """Fetch again if the code is older than it may be; what cannot be fetched stays as it is."""
        known = next((each for each in self._storages if each == storage), None)
        if known is None or known.pull_interval is None:
            return
        async with self._locks.setdefault(id(known), asyncio.Lock()):
            if monotonic() - self._pulled[id(known)] < known.pull_interval:
                return
            try:
                await known.pull_code()
            except Exception as error:  # noqa: BLE001 - storages are written by users, too
                logger.warning("The code of %r cannot be fetched again: %s", known, error)
            self._pulled[id(known)] = monotonic()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._directory is not None:
            self._directory.cleanup()
            self._directory = None
