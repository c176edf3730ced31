"""Programs and commands one after the other, as a user would go about it: alone, then with a server."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
WITHIN_S = 60


class Desk:
    """A folder with the programs, a home, and perhaps a server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for program in ("orders.py", "greetings.py"):
            shutil.copy(HERE / program, folder)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        self.env = {**clean, "PREFECT_HOME": str(folder / "home"), "PYTHONUNBUFFERED": "1", "COLUMNS": "240"}

    def python(self, *words: str) -> str:
        """What a program prints; it must end well."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}"
        return done.stdout

    def prefect(self, *words: str) -> str:
        return self.python("-m", "prefect", *words)

    @contextlib.contextmanager
    def running(self, said: str, *words: str) -> Iterator[None]:
        """A program that works while the body does; it has begun when it says so."""
        with subprocess.Popen(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as program:
            try:
                assert program.stdout is not None
                lines: list[str] = []
                for line in program.stdout:
                    lines.append(line)
                    if said in line:
                        break
                else:
                    pytest.fail(f"{words}: {''.join(lines)}")
                yield
            finally:
                program.send_signal(signal.SIGINT)
                program.communicate(timeout=WITHIN_S)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def served(desk: Desk) -> Iterator[Desk]:
    """The desk with a server of its own, to which its programs talk."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with desk.running("/api", "-m", "prefect", "server", "start", "--port", port):
        desk.env["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        desk.prefect("server", "status", "--wait", "--timeout", "30")
        yield desk


def test_a_pipeline_without_a_server(desk: Desk) -> None:
    out = desk.python("orders.py")
    assert "total 54.0" in out
    assert out.count("asked for EUR") == 1
    assert out.count("ended as Completed") == 1
    assert "empty FAILED" in out
    assert "nothing was sold" in out
    assert json.loads(desk.prefect("artifact", "inspect", "takings", "-o", "json"))
    assert "orders-of-a-day" in desk.prefect("flow", "ls")


def test_serving_pools_and_background_tasks_with_a_server(served: Desk) -> None:
    with served.running("is being served", "greetings.py", "serve"):
        assert "greet/morning" in served.prefect("deployment", "ls")
        served.prefect("deployment", "run", "greet/morning", "--param", "name=Ada", "--watch")
        (planned,) = json.loads(served.prefect("deployment", "inspect", "greet/morning", "-o", "json"))[
            "schedules"
        ]
        assert planned["schedule"]["timezone"] == "Asia/Kolkata"
    served.prefect("work-pool", "create", "local", "--type", "process")
    served.prefect("--no-prompt", "deploy", "greetings.py:greet", "-n", "pooled", "--pool", "local")
    served.prefect("work-pool", "create", "cluster", "--type", "kubernetes")
    served.python("greetings.py", "containers")
    boxed = json.loads(served.prefect("deployment", "inspect", "greet/boxed", "-o", "json"))
    assert boxed["job_variables"] == {"namespace": "morning", "image": "org/greetings:1"}
    with served.running("started", "-m", "prefect", "worker", "start", "--pool", "local"):
        served.prefect("deployment", "run", "greet/pooled", "--param", "name=Grace", "--watch")
    assert "applied" in served.python("greetings.py", "object")
    with served.running("started", "-m", "prefect", "worker", "start", "--pool", "default-agent-pool"):
        served.prefect("deployment", "run", "greet/object", "--watch")
    with served.running("", "greetings.py", "worker"):
        assert re.search("background Completed [0-9a-f-]{36}", served.python("greetings.py", "delay"))
    runs = json.loads(served.prefect("flow-run", "ls", "--state-type", "COMPLETED", "-o", "json"))
    assert {run["parameters"].get("name") for run in runs} == {"Ada", "Grace", None}
    for run in runs:
        assert "Good morning" in served.prefect("flow-run", "logs", run["id"])
