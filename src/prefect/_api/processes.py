"""Serving with several processes on one listening socket: started, watched, replaced and ended together.

The parent serves nothing. Processes are forked before it opens the database, so each has connections of its
own and all share the memory of what was imported. One of them does the work of the services.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger("prefect.server")

# told to end they have this long, then they are killed
END_S = 1.8
LOOK_S = 0.02
# a process that ends this soon has failed to start; so many in a row are given up
SOON_S, FAILURES = 2.0, 5

Serve = Callable[[socket.socket, bool], None]


class ProcessesFailed(Exception):
    """The processes that serve end as soon as they begin."""


@dataclass(slots=True)
class _Process:
    number: int
    pid: int
    began_s: float


class Processes:
    """`count` processes, each running ``serve(listener, does_services)``."""

    def __init__(self, count: int, listener: socket.socket, serve: Serve) -> None:
        if not hasattr(os, "fork"):
            raise ProcessesFailed(f"Several processes cannot share a socket on {sys.platform}.")
        self._count = count
        self._listener = listener
        self._serve = serve
        self._processes: list[_Process] = []
        self._told = threading.Event()
        # closed by the kernel when this process ends, however that comes about
        self._alive, self._keeps_alive = os.pipe()
        self._failures = 0

    def run(self) -> None:
        """Until SIGINT or SIGTERM; then all have ended. Raises `ProcessesFailed` if they do not start."""
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        # the end of a process wakes the parent
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _look)
        try:
            for number in range(self._count):
                self._start(number)
            while not self._told.is_set():
                self._look_after()
                self._told.wait(1.0)
        finally:
            self._end_all()
            os.close(self._keeps_alive)
            os.close(self._alive)
            for number, handler in before.items():
                signal.signal(number, handler)

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    def _end(self, *_: object) -> None:
        self._told.set()

    def _start(self, number: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._be(number)
        self._processes.append(_Process(number, pid, time.monotonic()))

    def _be(self, number: int) -> None:
        """What a new process does; it never returns."""
        code = 1
        try:
            os.close(self._keeps_alive)
            for name in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
                signal.signal(name, signal.SIG_DFL)
            threading.Thread(target=self._end_with_parent, daemon=True).start()
            self._serve(self._listener, number == 0)
            code = 0
        except KeyboardInterrupt:
            code = 0
        except BaseException:
            logger.exception("A process of the server failed.")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _end_with_parent(self) -> None:
        os.read(self._alive, 1)  # nothing is ever written
        os.kill(os.getpid(), signal.SIGTERM)

    def _look_after(self) -> None:
        """Replace processes that have ended."""
        for process in self._reap():
            lasted_s = time.monotonic() - process.began_s
            self._failures = self._failures + 1 if lasted_s < SOON_S else 0
            if self._failures >= FAILURES:
                raise ProcessesFailed(
                    "The processes of the server end as soon as they begin; their messages say why."
                )
            logger.warning("Process %d of the server ended; another one takes its place.", process.pid)
            self._start(process.number)

    def _reap(self) -> list[_Process]:
        ended: list[_Process] = []
        for process in list(self._processes):
            pid, _ = os.waitpid(process.pid, os.WNOHANG)
            if pid:
                self._processes.remove(process)
                ended.append(process)
        return ended

    def _end_all(self) -> None:
        self._signal(signal.SIGTERM)
        until_s = time.monotonic() + END_S
        while self._processes and time.monotonic() < until_s:
            self._reap()
            time.sleep(LOOK_S)
        if self._processes:
            self._signal(signal.SIGKILL)
            for process in self._processes:
                os.waitpid(process.pid, 0)
            self._processes.clear()

    def _signal(self, number: signal.Signals) -> None:
        for process in self._processes:
            os.kill(process.pid, number)


def _look(*_: object) -> None:
    """Taking the signal ends the parent's sleep."""
