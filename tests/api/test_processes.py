"""``prefect server start --workers``: several processes on one socket and one PostgreSQL."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests import postgres

WITHIN_S = 30


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--port", str(port), "--workers", "2"],
        env={
            **os.environ,
            "PREFECT_HOME": str(tmp_path),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": postgres.cluster().create(),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    url = f"http://127.0.0.1:{port}/api"
    try:
        until(lambda: answers(url))
        yield process, url
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(holds: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline_s
        os.sched_yield()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")


def test_processes_are_replaced_and_end_together(started: tuple[subprocess.Popen[str], str]) -> None:
    process, url = started
    first = children(process.pid)
    assert len(first) == 2
    killed = min(first)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(children(process.pid) - {killed}) == 2)
    assert httpx.post(f"{url}/flows/", json={"name": "x"}, trust_env=False).status_code == 201
    now = children(process.pid)
    begun_s = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=WITHIN_S)
    assert time.monotonic() - begun_s < 5  # killed after 1.8 s at the latest, on a busy machine
    assert (process.returncode, "Server stopped!" in out) == (0, True)
    assert not any(map(is_running, now))


def test_processes_end_with_their_parent(started: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = started
    served = children(process.pid)
    process.kill()
    process.wait()
    until(lambda: not any(map(is_running, served)))
