"""Servers as processes of their own, and callers of them, for the programs of this folder."""

from __future__ import annotations

import http.client
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

DEADLINE_S = 60.0
Json = Any


def free_port() -> int:
    """A port of the loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a child: its own home and `variables`, nothing of the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**kept, "PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "ERROR", **variables}


def postgres() -> Any:
    """The PostgreSQL of the tests' own, a `Cluster`."""
    folder = str(Path(__file__).parents[1])
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module("tests.postgres").cluster()


class Server:
    """``prefect server start`` on a port that stays the same; killed and started as often as wanted."""

    def __init__(
        self,
        home: Path,
        *,
        database: str | None = None,
        port: int | None = None,
        with_ui: bool = False,
        **variables: str,
    ):
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.database = database
        self.flags = [] if with_ui else ["--no-ui"]
        self.variables = dict(variables)
        if database is not None:
            self.variables["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database
        self.process: subprocess.Popen[bytes] | None = None
        self.said = home / f"server-{self.port}.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def where(self) -> str:
        """Its database, as `prefect._store.upkeep` names it."""
        return self.database or str(self.home / "orchestrator.db")

    def start(self, wait: bool = True) -> float:
        """Start it; the seconds until it answered."""
        began_s = time.monotonic()
        with open(self.said, "ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "prefect", "server", "start", *self.flags, "--port", str(self.port)],
                env=environment(self.home, **{"PREFECT_SERVER_LOGGING_LEVEL": "WARNING", **self.variables}),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        if wait:
            self.wait()
        return time.monotonic() - began_s

    def wait(self) -> None:
        """Until it answers."""
        until_s = time.monotonic() + DEADLINE_S
        while not self.answers():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError(f"The server did not start: {self.said.read_text()[-2000:]}")
            time.sleep(0.02)

    def answers(self) -> bool:
        with closing(Caller(self.url, 1.0)) as caller:
            try:
                return caller.call("GET", "/health")[0] == 200
            except OSError:
                return False

    def end(self, how: int = signal.SIGTERM) -> None:
        """End it, by a signal."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(how)
            self.process.wait(DEADLINE_S)
            self.process = None

    def kill(self) -> None:
        self.end(signal.SIGKILL)


class Caller:
    """Requests over one connection that stays open. What is not answered raises `OSError`."""

    def __init__(self, url: str, timeout_s: float = DEADLINE_S) -> None:
        host, _, prefix = url.removeprefix("http://").partition("/")
        self._prefix = f"/{prefix}"
        self._connection = http.client.HTTPConnection(host, timeout=timeout_s)

    def call(
        self, method: str, path: str, body: Json = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Json]:
        """Status and answer."""
        sent = None if body is None else json.dumps(body).encode()
        try:
            said = {"Content-Type": "application/json", **(headers or {})}
            self._connection.request(method, self._prefix + path, sent, said)
            reply = self._connection.getresponse()
            text = reply.read()
        except http.client.HTTPException as error:
            self._connection.close()
            raise ConnectionError(repr(error)) from error
        except OSError:
            self._connection.close()
            raise
        return reply.status, json.loads(text) if text else None

    def expect(self, method: str, path: str, body: Json = None) -> Json:
        """The answer; a status of an error is one here. A connection that has ended is opened anew."""
        try:
            status, answer = self.call(method, path, body)
        except ConnectionError:
            status, answer = self.call(method, path, body)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def close(self) -> None:
        self._connection.close()
