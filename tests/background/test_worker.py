"""The task worker as a process, on the command line, and what it says of itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prefect import task
from prefect._cli import main
from prefect.task_worker import TaskWorker, create_status_server

PROGRAM = """
from prefect import task

@task
def add(x: int) -> int:
    print("adding", x, flush=True)
    return x + 1
"""


@task
def idle() -> None:
    pass


def test_its_status() -> None:
    async def asked() -> dict[str, Any]:
        worker = TaskWorker(idle, limit=3)
        (route,) = [each for each in create_status_server(worker).routes if each.path == "/status"]
        async with worker:
            return await route.endpoint()

    found = asyncio.run(asked())
    assert json.dumps(found)
    assert (found["limit"], found["current"], found["available"], found["finished"]) == (3, 0, 3, 0)
    assert found["tasks"] == [idle.task_key]
    assert found["client_id"].endswith(f"-{os.getpid()}")
    assert not found["stopping"]


def test_the_command_serves_until_it_is_told_to_stop(home: Path, tmp_path: Path) -> None:
    (tmp_path / "tasks_to_serve.py").write_text(PROGRAM)
    words = [sys.executable, "-m", "prefect", "task", "serve", "tasks_to_serve.py:add"]
    worker = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline().startswith("Serving add.")
    delay = "from tasks_to_serve import add; print(add.delay(1).result(30))"
    done = subprocess.run(
        [sys.executable, "-c", delay], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "2\n"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert "adding 1" in worker.stdout.read()
    worker.stdout.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Name the tasks"),
        (["nowhere.py:add"], "cannot be loaded"),
        (["add"], "no entrypoint"),
        (["json:dumps"], "not a task"),
        (["--module", "json"], "no task in the module"),
        (["--module", "json", "json:dumps"], "not both"),
    ],
)
def test_what_cannot_be_served(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["task", "serve", *words]) == 1
    said = capsys.readouterr()
    assert told in said.err + said.out
