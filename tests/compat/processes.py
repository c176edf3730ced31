"""Servers and programs in processes of their own, with an environment that names nothing but their home."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

PROGRAMS = Path(__file__).with_name("programs")
START_S = 100  # the original's server takes its time
T = TypeVar("T")
_nap = threading.Event()


def environment(home: Path, **more: str) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    return {
        **clean,
        "HOME": str(home),
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "COLUMNS": "300",
        "PYTHONUNBUFFERED": "1",
        # what the original waits between two looks for work, without which its tests are spent waiting
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        **more,
    }


def until(look: Callable[[], T], within_s: float = 60) -> T:
    """What `look` finds, as soon as it finds something; errors of HTTP count as nothing."""
    deadline_s = time.monotonic() + within_s
    while True:
        try:
            if found := look():
                return found
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline_s, f"not seen within {within_s} s"
        _nap.wait(0.05)


class Server:
    """A server's address, and what it tells over REST."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.url = f"{self.root}/api"
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=30)

    def get(self, path: str) -> Any:
        answer = self.http.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.http.post(path, json={} if body is None else body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def get_or_none(self, path: str) -> Any:
        """The answer, or None where there is nothing yet."""
        answer = self.http.get(path)
        return answer.json() if answer.is_success else None

    def lines(self, flow_run_id: str) -> list[str]:
        """What a flow run logged, the earliest first."""
        wanted = {"logs": {"flow_run_id": {"any_": [flow_run_id]}}, "sort": "TIMESTAMP_ASC"}
        return [line["message"] for line in self.post("/logs/filter", wanted)]

    def task_runs(self, flow_run_id: str) -> list[dict[str, Any]]:
        return self.post("/task_runs/filter", {"flow_runs": {"id": {"any_": [flow_run_id]}}})


@contextmanager
def started(arguments: list[str], environ: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in the background, ended in the way of a user who presses Ctrl+C."""
    output = folder / f"{time.monotonic_ns()}.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            arguments,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    except BaseException as error:
        error.add_note(f"output of {arguments}:\n{output.read_text()[-4000:]}")
        raise
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, within_s in ((signal.SIGINT, 10), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, number)
            process.wait(within_s)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


@contextmanager
def serving(python: str, home: Path, **more: str) -> Iterator[Server]:
    """``prefect server start`` of the package of `python`, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(python).with_name("prefect")), "server", "start", "--port", str(port)]
    with started(command, environment(home, **more), home):
        server = Server(port)
        until(lambda: server.http.get("/health").is_success, START_S)
        yield server
        server.http.close()


class Programs:
    """Runs programs with the package of `python`, against `server`."""

    def __init__(self, python: str, server: Server, folder: Path) -> None:
        self.python, self.server, self.folder = python, server, folder
        self.environ = environment(folder / "home", PREFECT_API_URL=server.url)
        (folder / "home").mkdir()

    def run(self, name: str, *arguments: str) -> Any:
        """The JSON that a program prints at its end."""
        done = self._done([self.python, str(PROGRAMS / name), *arguments])
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout.splitlines()[-1])

    def running(self, name: str, *arguments: str) -> Any:
        return started([self.python, str(PROGRAMS / name), *arguments], self.environ, self.folder)

    def commands(self, *commands: list[str], code: int = 0) -> list[str]:
        """The outputs of commands of the command line, one after the other; each ends with `code`."""
        ended = self.run("commands.py", json.dumps(commands))
        wrong = [(command, *end) for command, end in zip(commands, ended, strict=True) if end[0] != code]
        assert wrong == []
        return [output for _, output in ended]

    def commanding(self, *arguments: str) -> Any:
        return started([self._prefect, *arguments], self.environ, self.folder)

    @property
    def _prefect(self) -> str:
        return str(Path(self.python).with_name("prefect"))

    def _done(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments,
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
