"""Processes that run apart from the terminal: one file in the home says which process it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from prefect._base import owner
from prefect._cli.errors import CommandError

STARTED_WITHIN_S = 20.0
STOPPED_WITHIN_S = 10.0
EVERY_S = 0.05


class Background:
    """The process that `what` names, as in ``server``, of the home."""

    def __init__(self, home: Path, what: str) -> None:
        self._home = home
        self._pid_file = home / f"{what}.pid"
        self.log = home / f"{what}.log"

    def running(self) -> int | None:
        """The id of the process, None if there is none."""
        try:
            pid, identity = self._pid_file.read_text().split()
        except (OSError, ValueError):
            return None
        return int(pid) if owner.is_alive(identity) else None

    def start(self, words: Sequence[str], is_there: Callable[[], bool]) -> None:
        """Run ``prefect`` with `words` and wait until it is there. Raises `CommandError`."""
        self._home.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "prefect", *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until = time.monotonic() + STARTED_WITHIN_S
        while not is_there():
            if child.poll() is not None or time.monotonic() > until:
                child.terminate()
                raise CommandError(f"It did not start; {self.log} says why.")
            time.sleep(EVERY_S)
        self._pid_file.write_text(f"{child.pid}\n{owner.of(child.pid)}\n")

    def stop(self) -> bool:
        """End the process; False if there was none. Raises `CommandError` if it does not end."""
        pid = self.running()
        if pid is None:
            self._pid_file.unlink(missing_ok=True)
            return False
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + STOPPED_WITHIN_S
        while self.running() is not None:
            if time.monotonic() > until:
                raise CommandError(f"Process {pid} was told to stop and has not ended yet.")
            time.sleep(EVERY_S)
        self._pid_file.unlink(missing_ok=True)
        return True
