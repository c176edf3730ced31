"""``prefect shell``, ``dashboard``, ``plugins``, ``experimental`` and ``flow-run why``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from prefect import __version__, cli
from prefect import plugins as machinery
from prefect._base import clock
from prefect._cli import client, dashboard
from prefect._link import choose
from prefect.cli.shell import run_shell_process

Run = Callable[..., Any]
NOBODY = "00000000-0000-0000-0000-000000000001"


@pytest.fixture(autouse=True)
def store(home: Any) -> Iterator[None]:
    choose.reset()
    yield
    choose.reset()


def test_a_command_is_run_as_a_flow(prefect: Run) -> None:
    words = ("--flow-name", "greet", "--flow-run-name", "hello", "--tag", "x")
    assert prefect("shell", "watch", "echo one; echo two >&2", *words).code == 0
    (run,) = prefect("flow-run", "ls", "-o", "json").json
    assert (run["name"], run["state_type"], sorted(run["tags"])) == ("hello", "COMPLETED", ["shell", "x"])
    assert [flow["name"] for flow in prefect("flow", "ls", "-o", "json").json] == ["greet"]
    lines = prefect("flow-run", "logs", run["id"], "-o", "json").json
    assert {("one", 20), ("two", 40)} <= {(line["message"], line["level"]) for line in lines}


def test_a_command_that_fails(prefect: Run) -> None:
    code, out, _ = prefect("shell", "watch", "echo broken >&2; exit 3", "--no-stream-stdout")
    assert code == 1
    assert "exit code 3: broken" in out
    (run,) = prefect("flow-run", "ls", "-o", "json").json
    assert run["state_type"] == "FAILED"


def test_what_it_writes_may_be_kept_out_of_the_log(prefect: Run) -> None:
    assert prefect("shell", "watch", "echo secret", "--no-log-output").code == 0
    (run,) = prefect("flow-run", "ls", "-o", "json").json
    assert "secret" not in prefect("flow-run", "logs", run["id"]).out


def test_a_command_is_served(prefect: Run) -> None:
    words = ("--flow-name", "tick", "--deployment-name", "d", "--cron-schedule", "0 0 1 1 *", "--run-once")
    outcome = prefect("shell", "serve", "echo tick", *words)
    assert (outcome.code, "tick/d" in outcome.out) == (0, True)
    (deployment,) = prefect("deployment", "ls", "-o", "json").json
    assert deployment["entrypoint"] == "prefect._cli.shell_flow.run_shell_process"
    assert deployment["parameters"]["command"] == "echo tick"
    assert prefect("shell", "serve", "x").code == 2
    assert prefect("shell", "serve", "x", "--flow-name", "f", "--cron-schedule", "no").code == 1


def test_pages(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert prefect("dashboard", "open").code == 1
    opened: list[str] = []
    browser = SimpleNamespace(open_new_tab=lambda url: opened.append(url) or len(opened) == 1)
    monkeypatch.setattr(dashboard, "webbrowser", browser)
    monkeypatch.setenv("PREFECT_UI_URL", "http://127.0.0.1:1")
    assert prefect("dashboard", "open").code == 0
    assert opened == ["http://127.0.0.1:1"]
    assert prefect("dashboard", "open").code == 1


class _Point:
    name, value = "good", "some.module"

    def load(self) -> Any:
        return _Plugin


class _Broken(_Point):
    name = "broken"

    def load(self) -> Any:
        raise ImportError("no such thing")


class _Plugin:
    @machinery.register_hook
    def setup_environment(self, *, ctx: Any) -> None: ...


def test_plugins(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [_Point(), _Broken()])
    assert "not enabled" in prefect("plugins", "diagnose").out
    monkeypatch.setenv("PREFECT_PLUGINS_ENABLED", "true")
    out = prefect("experimental", "plugins", "diagnose").out
    assert "setup_environment" in out
    assert "broken: no such thing" in out
    monkeypatch.setenv("PREFECT_PLUGINS_DENY", "broken")
    assert "left out" in prefect("plugins", "diagnose").out


def test_where_results_are_kept(prefect: Run) -> None:
    assert "No block is set" in prefect("experimental", "result-storage", "inspect").out
    kind = client.call("block_types.create", body={"name": "place", "slug": "place"})
    fields = {"title": "place", "type": "object", "properties": {}}
    schema = client.call(
        "block_schemas.create",
        body=client.checked(
            "block_schemas.create",
            {"fields": fields, "block_type_id": kind["id"], "capabilities": ["put-path"]},
        ),
    )
    block = client.call(
        "block_documents.create",
        body=client.checked(
            "block_documents.create",
            {"name": "mine", "data": {}, "block_schema_id": schema["id"], "block_type_id": kind["id"]},
        ),
    )
    storage = ("experimental", "result-storage")
    assert prefect(*storage, "set", "place/mine").code == 0
    found = prefect(*storage, "inspect", "-o", "json").json
    assert found == {"default_result_storage_block_id": block["id"]}
    assert "place/mine" in prefect(*storage, "inspect").out
    assert prefect(*storage, "clear").code == 0
    assert prefect(*storage, "set", "--id", block["id"]).code == 0
    for words in (["set"], ["set", "place"], ["set", "place/other"], ["set", "--id", NOBODY]):
        assert prefect(*storage, *words).code == 1


def test_why_a_run_waits(prefect: Run) -> None:
    flow = client.call("flows.create", body={"name": "f"})
    due = clock.to_iso(clock.system.now_us() + 3_600_000_000)
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
    body = client.checked("flow_runs.create", {"flow_id": flow["id"], "state": state})
    run = client.call("flow_runs.create", body=body)
    found = prefect("flow-run", "why", run["id"], "-o", "json").json
    assert found["flow_run_id"] == run["id"]
    assert found["summary"] in prefect("flow-run", "why", run["id"]).out
    assert prefect("flow-run", "why", NOBODY).code == 1
    assert prefect("flow-run", "why", "x").code == 2


def test_the_flow_as_a_function(prefect: Run, tmp_path: Path) -> None:
    state = run_shell_process(
        "pwd; echo bad >&2",
        log_output=False,
        log_stderr=True,
        popen_kwargs={"cwd": tmp_path},
        return_state=True,
    )
    assert state.is_completed()
    (run,) = prefect("flow-run", "ls", "-o", "json").json
    out = prefect("flow-run", "logs", run["id"]).out
    assert ("bad" in out, str(tmp_path) in out) == (True, False)


def test_the_command_line_as_a_function(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["prefect", "--version"])
    with pytest.raises(SystemExit) as ended:
        cli.app()
    assert (ended.value.code, capsys.readouterr().out) == (0, f"{__version__}\n")
