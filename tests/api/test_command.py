"""``prefect server`` and ``prefect deployment`` as a person runs them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

PATIENCE_S = 20


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Desk:
    """A home and a port of its own, and the command line on them."""

    def __init__(self, home: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        self.env |= {"PREFECT_HOME": str(home), "PREFECT_SERVER_API_PORT": str(self.port)}

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *words],
            env=self.env | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, **env: str) -> tuple[int, str]:
        with self.start(*words, **env) as process:
            out, _ = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.run("server", "stop")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_server_ends_well_when_told_to(desk: Desk, end: signal.Signals) -> None:
    with desk.start("server", "start") as server:
        assert desk.run("server", "status", "--wait", "--timeout", str(PATIENCE_S))[0] == 0
        server.send_signal(end)
        out, _ = server.communicate(timeout=PATIENCE_S)
    assert (server.returncode, out.splitlines()[-1]) == (0, "Server stopped!")


def test_a_server_in_the_background(desk: Desk) -> None:
    assert desk.run("server", "stop") == (0, "No server is running in the background.\n")
    assert desk.run("server", "status")[0] == 1
    code, out = desk.run("server", "start", "--background")
    assert (code, desk.url in out) == (0, True), out
    assert desk.run("server", "start", "-b")[0] == 1
    code, out = desk.run("server", "start")
    assert (code, len(out.splitlines())) == (1, 1)
    assert f"Port {desk.port} is already in use" in out
    code, out = desk.run("server", "status", "-o", "json")
    assert (code, json.loads(out)["api_url"]) == (0, desk.url)
    assert desk.run("server", "stop") == (0, "Server stopped!\n")
    assert desk.run("server", "status", "-o", "json")[0] == 1


def test_several_processes_need_another_database(desk: Desk) -> None:
    code, out = desk.run("server", "start", "--workers", "2")
    assert (code, "SQLite" in out) == (1, True)


def test_deployments_are_listed_and_shown(desk: Desk) -> None:
    desk.run("server", "start", "--background")

    def _post(path: str, body: Any) -> Any:
        return httpx.post(desk.url + path, json=body, trust_env=False).json()

    flow = _post("/flows/", {"name": "f"})
    made = _post("/deployments/", {"name": "d", "flow_id": flow["id"], "tags": ["t"]})
    api = {"PREFECT_API_URL": desk.url}
    code, out = desk.run("deployment", "ls", **api)
    assert (code, out.splitlines()[1].split()) == (0, ["f/d", made["id"]])
    assert json.loads(desk.run("deployments", "ls", "f", "-o", "json", **api)[1]) == [made]
    assert json.loads(desk.run("deployment", "ls", "other", "-o", "json", **api)[1]) == []
    assert json.loads(desk.run("deployment", "inspect", "f/d", "-o", "json", **api)[1]) == made
    code, out = desk.run("deployment", "inspect", "f/none", **api)
    assert (code, out) == (
        1,
        "Deployment 'f/none' not found! 'prefect deployment ls' lists those that exist.\n",
    )
    assert desk.run("deployment", "inspect", "none", **api)[0] == 1
    desk.run("server", "stop")
    code, out = desk.run("deployment", "ls", PREFECT_CLIENT_MAX_RETRIES="0", **api)
    assert (code, len(out.splitlines())) == (1, 1)
    assert f"Could not reach the API at {desk.url}" in out


def test_services_run_apart_from_the_api(desk: Desk) -> None:
    listed = json.loads(desk.run("server", "services", "ls", "-o", "json")[1])
    assert {"lapse", "pauses", "retention"} <= {each["name"] for each in listed}
    code, out = desk.run(
        "server", "services", "ls", PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED="false"
    )
    assert (code, "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED" in out) == (0, True)
    assert desk.run("server", "services", "stop") == (0, "No services are running in the background.\n")
    assert desk.run("server", "services", "start", "-b")[0] == 0
    assert desk.run("server", "services", "start")[0] == 1
    assert desk.run("server", "services", "stop") == (0, "Services stopped!\n")


def test_a_server_that_everybody_can_use_says_so(desk: Desk) -> None:
    for env, is_said in (({}, True), ({"PREFECT_SERVER_API_AUTH_STRING": "a:b"}, False)):
        with desk.start("server", "start", "--host", "0.0.0.0", **env) as server:
            wait = ("server", "status", "--wait", "--timeout", str(PATIENCE_S))
            assert desk.run(*wait, PREFECT_API_AUTH_STRING="a:b")[0] == 0
            server.terminate()
            out, _ = server.communicate(timeout=PATIENCE_S)
        assert ("PREFECT_SERVER_API_AUTH_STRING" in out) == is_said


def test_a_server_knows_the_block_types_of_the_package(desk: Desk) -> None:
    with desk.start("server", "start") as server:
        assert desk.run("server", "status", "--wait", "--timeout", str(PATIENCE_S))[0] == 0
        answer = httpx.get(f"{desk.url}/block_types/slug/secret", trust_env=False)
        assert answer.status_code == 200
        server.terminate()
        server.communicate(timeout=PATIENCE_S)


def test_what_a_server_logs_can_be_json(desk: Desk) -> None:
    env = {"PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER": "json"}
    with desk.start("server", "start", "--log-level", "info", **env) as server:
        assert desk.run("server", "status", "--wait", "--timeout", str(PATIENCE_S))[0] == 0
        server.terminate()
        out, _ = server.communicate(timeout=PATIENCE_S)
    logged = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert {entry["severity"] for entry in logged} == {"INFO"}, out
    assert all(entry["name"].startswith("uvicorn") for entry in logged)


def test_a_home_that_cannot_be_written_is_said_in_one_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, out = desk.run("server", "start", PREFECT_HOME=str(tmp_path / "file" / "home"))
    assert (code, len(out.splitlines())) == (1, 1), out
    code, out = desk.run("server", "start", "--host", "no.such.host.invalid")
    assert (code, len(out.splitlines())) == (1, 1), out
