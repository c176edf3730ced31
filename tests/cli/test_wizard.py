"""`prefect deploy` at a terminal: what it asks, and what comes of the answers."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from prefect._cli import client
from prefect._link import choose

PATIENCE_S = 60.0
CODE = """
from prefect import flow

@flow(log_prints=True)
def greet(name: str = "nobody"):
    print(name)

@flow
def leave():
    pass
"""
Dialogue = Sequence[tuple[str, str]]


def talk(folder: Path, words: Sequence[str], dialogue: Dialogue) -> tuple[int, str]:
    """Run a command at a terminal and answer what it asks, in this order; its exit code and the terminal."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    env.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", *words],
        cwd=folder,
        env=env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        seen, begin = "", 0
        for question, answer in dialogue:
            seen = _until(ours, seen, question, begin)
            begin = len(seen)
            os.write(ours, f"{answer}\n".encode())
        seen = _until(ours, seen, None, begin)
        return process.wait(PATIENCE_S), seen
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)


def _until(terminal: int, seen: str, question: str | None, begin: int) -> str:
    """What the terminal shows as soon as the question is on it; all that it shows, without one."""
    deadline = time.monotonic() + PATIENCE_S
    while question is None or question not in seen[begin:]:
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"{question!r} is not asked: {seen}"
        try:
            more = os.read(terminal, 65536)
        except OSError:  # how a terminal tells that nobody is at its other end
            more = b""
        if not more:
            assert question is None, f"{question!r} is not asked: {seen}"
            return seen
        seen += more.decode(errors="replace").replace("\r\n", "\n")
    return seen


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Path:
    place = tmp_path / "here"
    (place / "flows.py").write_text(CODE)
    return place


def _deployment(name: str) -> Any:
    choose.reset()
    flow_name, deployment_name = name.split("/")
    return client.call("deployments.read_by_name", flow_name=flow_name, deployment_name=deployment_name)


def test_everything_is_asked_and_saved(folder: Path) -> None:
    code, shown = talk(
        folder,
        ["deploy"],
        [
            ("Which flow?", ""),
            ("Name of the deployment", "morning"),
            ("Have it run by a schedule?", "y"),
            ("What kind of schedule?", "1"),
            ("Cron expression", "61 * * * *"),
            ("Time zone", ""),
            ("That is no schedule", "1"),
            ("Cron expression", "0 6 * * *"),
            ("Time zone", "Asia/Kolkata"),
            ("Another schedule?", "n"),
            ("Of which type?", "1"),
            ("Name of the new work pool", "mine"),
            ("Save this deployment", "y"),
        ],
    )
    assert code == 0, shown
    assert "flows.py:greet" in shown
    assert "\033[" in shown  # at a terminal there are colours
    made = _deployment("greet/morning")
    assert made["work_pool_name"] == "mine"
    assert made["schedules"][0]["schedule"]["timezone"] == "Asia/Kolkata"
    (entry,) = yaml.safe_load((folder / "prefect.yaml").read_text())["deployments"]
    assert (entry["name"], entry["entrypoint"]) == ("morning", "flows.py:greet")
    assert talk(folder, ["deploy", "-n", "morning"], [])[0] == 0


def test_an_image_is_asked_for_where_containers_run(folder: Path) -> None:
    code, shown = talk(
        folder,
        ["deploy", "flows.py:leave", "-n", "boxed"],
        [
            ("Of which type?", "4"),
            ("Name of the new work pool", "boxes"),
            ("Which image", "2"),
            ("Name of the image", "org/leave:3"),
            ("Save this deployment", "n"),
        ],
    )
    assert code == 0, shown
    made = _deployment("leave/boxed")
    assert made["job_variables"] == {"image": "org/leave:3"}
    assert not (folder / "prefect.yaml").exists()


def test_an_end_of_the_input_says_what_to_do(folder: Path) -> None:
    code, shown = talk(folder, ["deploy"], [("Which flow?", "\x04")])
    assert code == 1
    assert "--no-prompt" in shown


def test_nothing_is_asked_in_a_pipe_or_where_prompts_are_off(folder: Path) -> None:
    code, shown = talk(folder, ["--no-prompt", "deploy"], [])
    assert (code, "An entrypoint must be provided" in shown) == (1, True)
    piped = subprocess.run(
        [sys.executable, "-m", "prefect", "deploy"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (piped.returncode, "An entrypoint must be provided" in piped.stdout) == (1, True)
    assert "\033" not in piped.stdout


def test_colours_can_be_switched_off_at_a_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def _shown(**env: str) -> str:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return talk(folder, ["variable", "get", "none"], [])[1]

    assert "\033" in _shown()
    assert "\033" not in _shown(PREFECT_CLI_COLORS="false")


def test_json_at_a_terminal_is_plain(folder: Path) -> None:
    code, shown = talk(folder, ["deployment", "ls", "-o", "json"], [])
    assert (code, json.loads(shown)) == (0, [])


def test_an_image_that_is_built_and_pushed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect._cli import wizard

    answers = iter(["3", "org/etl", "7", "y"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    made = wizard.image("boxes")
    assert made["work_pool"]["job_variables"] == {"image": "{{ build-image.image }}"}
    (build,) = made["build"]
    (options,) = build.values()
    assert {key: options[key] for key in ("id", "image_name", "tag", "dockerfile")} == {
        "id": "build-image",
        "image_name": "org/etl",
        "tag": "7",
        "dockerfile": "auto",
    }
    (push,) = made["push"]
    assert next(iter(push)) == "prefect_docker.deployments.steps.push_docker_image"


def test_the_run_to_cancel_is_picked(folder: Path) -> None:
    choose.reset()
    flow_id = client.call("flows.create", body={"name": "f"})["id"]
    for name in ("one", "two"):
        body = {"flow_id": flow_id, "name": name, "state": {"type": "PENDING"}}
        made = client.call("flow_runs.create", body=client.checked("flow_runs.create", body))
    choose.reset()
    code, shown = talk(folder, ["flow-run", "cancel"], [("Which flow run?", "1")])
    assert code == 0, shown
    assert "two  Pending" in shown
    choose.reset()
    assert client.call("flow_runs.read", id=made["id"])["state_type"] in ("CANCELLING", "CANCELLED")
