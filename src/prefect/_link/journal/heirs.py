"""Delivering what dead processes of this home left behind."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from prefect._link.journal import folder
from prefect._link.journal.folder import Folder

logger = logging.getLogger("prefect.link")

EXIT_S = 5.0


class Lanes(Protocol):
    """The ways of all kinds of records out of one folder."""

    def deliver(self) -> int:
        """Send all that is there; how many records that were. Raises `ApiUnreachable`."""
        ...

    def close(self, within_s: float) -> None: ...


class Heir:
    """Looks once for what was left for a server, and delivers it in a thread of its own."""

    def __init__(self, url: str, lanes: Callable[[Folder], Lanes]) -> None:
        self._url = url
        self._lanes = lanes
        self._thread: threading.Thread | None = None
        self._open: Lanes | None = None
        self._is_ending = False

    def look(self) -> None:
        """Begin, if there is anything."""
        if folder.of_server(self._url).is_dir():
            self._thread = threading.Thread(target=self._inherit, name="prefect-link-heir", daemon=True)
            self._thread.start()

    def _inherit(self) -> None:
        for found in folder.left(self._url):
            if not self._is_ending:
                self._deliver(found)
            found.close()

    def _deliver(self, found: Folder) -> None:
        self._open = self._lanes(found)
        try:
            count = self._open.deliver()
        except Exception as error:  # noqa: BLE001 - what stays behind is for the next heir
            logger.debug("What process %s left could not be sent: %s", found.owner, error)
        else:
            if count:
                logger.info("%d records that another process had left were sent to %s.", count, self._url)
        self._open.close(0.0)
        self._open = None

    def close(self) -> None:
        """Finish, within a few seconds."""
        self._is_ending = True
        if self._thread is not None:
            self._thread.join(EXIT_S)
            opened = self._open
            if opened is not None:
                opened.close(0.0)
