"""``prefect flow``, ``flow-run`` and ``task-run`` on what real flows leave in the embedded store."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, task
from prefect._base import clock as clocks
from prefect._cli import client, session, watching
from prefect.logging import get_run_logger
from prefect.states import Cancelled

Run = Callable[..., Any]
NOBODY = "00000000-0000-0000-0000-000000000001"


@task
def extract(source: str) -> list[int]:
    get_run_logger().info("reading %s", source)
    return [1, 2]


@task
def load(rows: list[int]) -> None:
    get_run_logger().warning("loading %d rows", len(rows))


@flow
def etl(source: str = "orders") -> None:
    rows = extract(source)
    load(rows)


@flow
def broken() -> None:
    raise ValueError("no such [red]table[/red]")


@flow
def stopped() -> Any:
    return Cancelled(message="enough")


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    yield
    client.choose.reset()


@pytest.fixture
def history() -> None:
    etl()
    broken(return_state=True)
    stopped(return_state=True)


@pytest.fixture
def ids(history: None, prefect: Run) -> dict[str, str]:
    """The ids of the runs, by the names of their flows and tasks."""
    flows = {each["id"]: each["name"] for each in prefect("flow", "ls", "-o", "json").json}
    found = {flows[each["flow_id"]]: each["id"] for each in prefect("flow-run", "ls", "-o", "json").json}
    tasks = prefect("task-run", "ls", "-o", "json").json
    return found | {each["name"].partition("-")[0]: each["id"] for each in tasks}


def _column(out: str, name: str) -> list[str]:
    head, *rows = out.splitlines()
    start = head.index(name)
    return [re.split(r"  +", row[start:])[0] for row in rows]


def test_nothing_yet(prefect: Run) -> None:
    for noun, what in (("flow", "flows"), ("flow-run", "flow runs"), ("task-run", "task runs")):
        assert prefect(noun, "ls") == (0, f"No {what} found.\n", "")
        assert prefect(noun, "ls", "-o", "json").json == []


def test_flows_are_listed(history: None, prefect: Run) -> None:
    assert _column(prefect("flow", "ls").out, "Name") == ["stopped", "broken", "etl"]
    assert _column(prefect("flows", "ls", "--limit", "1").out, "Name") == ["stopped"]


def test_flow_runs_are_listed(history: None, prefect: Run) -> None:
    out = prefect("flow-runs", "ls").out
    assert _column(out, "Flow") == ["stopped", "broken", "etl"]
    assert _column(out, "State") == ["Cancelled", "Failed", "Completed"]
    assert "\033" not in out
    assert _column(prefect("flow-run", "ls", "--limit", "2").out, "Flow") == ["stopped", "broken"]
    assert prefect("flow-run", "ls", "--limit", "0").out == "No flow runs found.\n"


def test_runs_ahead_do_not_hide_what_is_and_was(history: None, prefect: Run) -> None:
    flow_id = client.call("flows.create", body={"name": "etl"})["id"]
    for hours in (3, 1, 2):
        at = clocks.to_iso(clocks.system.now_us() + hours * 3_600_000_000)
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": at}}
        body = client.checked("flow_runs.create", {"flow_id": flow_id, "name": f"in-{hours}", "state": state})
        client.call("flow_runs.create", body=body)
    pending = client.checked(
        "flow_runs.create", {"flow_id": flow_id, "name": "now", "state": {"type": "PENDING"}}
    )
    client.call("flow_runs.create", body=pending)
    whole = prefect("flow-run", "ls")
    assert (_column(whole.out, "Name")[:4], whole.err) == (["in-3", "in-2", "in-1", "now"], "")
    listed = prefect("flow-run", "ls", "--limit", "5")
    assert "More runs are scheduled ahead" in listed.err
    assert _column(listed.out, "Name")[:2] == ["in-1", "now"]
    assert _column(prefect("flow-run", "ls", "--limit", "1").out, "Name") == ["now"]
    assert _column(prefect("flow-run", "ls", "--state", "scheduled").out, "Name") == ["in-3", "in-2", "in-1"]
    assert len(prefect("flow-run", "ls", "-o", "json").json) == 7


@pytest.mark.parametrize(
    ("words", "flows"),
    [
        (["--state-type", "completed"], ["etl"]),
        (["--state-type", "FAILED", "--state-type", "CANCELLED"], ["stopped", "broken"]),
        (["--state", "completed"], ["etl"]),
        (["--state", "Completed", "--state-type", "FAILED"], []),
        (["--flow-name", "etl", "--flow-name", "broken"], ["broken", "etl"]),
        (["--flow-name", "et"], []),
        (["--empty-state"], ["stopped", "broken", "etl"]),
    ],
)
def test_flow_runs_are_filtered(words: list[str], flows: list[str], history: None, prefect: Run) -> None:
    names = {each["id"]: each["name"] for each in prefect("flow", "ls", "-o", "json").json}
    found = prefect("flow-run", "ls", *words, "-o", "json").json
    assert [names[each["flow_id"]] for each in found] == flows


def test_task_runs_are_listed(history: None, prefect: Run) -> None:
    out = prefect("task-run", "ls").out
    assert _column(out, "Task") == ["load", "extract"]
    (name,) = {
        each["name"] for each in client.call("flow_runs.filter", body={"flows": {"name": {"any_": ["etl"]}}})
    }
    assert _column(out, "Flow run") == [name, name]
    first = prefect("task-run", "ls", "--limit", "1", "-o", "json").json[0]["name"]
    assert _column(prefect("task-runs", "ls", "--task-run-name", first).out, "Name") == [first]
    assert prefect("task-run", "ls", "--state-type", "FAILED").out == "No task runs found.\n"


@pytest.mark.parametrize("noun", ["flow-run", "task-run"])
def test_what_cannot_be_listed(noun: str, prefect: Run) -> None:
    code, out, _ = prefect(noun, "ls", "--state-type", "BAD")
    assert code == 1
    assert "Invalid state type 'BAD'" in out
    assert "CANCELLING" in out
    code, out, err = prefect(noun, "ls", "--state", "weird", "-o", "json")
    assert (code, out) == (0, "[]\n")
    assert "'weird' is not one of the usual names" in err
    assert prefect(noun, "ls", "-o", "yaml").code == 1
    assert prefect(noun, "ls", "--limit", "-1").code == 2
    assert prefect(noun, "ls", "--limit", "many").code == 2


def test_flow_runs_are_inspected(ids: dict[str, str], prefect: Run) -> None:
    out = prefect("flow-run", "inspect", ids["etl"]).out
    assert re.search(r"^Flow +etl$", out, re.MULTILINE)
    assert re.search(r"^State +Completed$", out, re.MULTILINE)
    assert re.search(r'^Parameters +source = "orders"$', out, re.MULTILINE)
    assert "no such [red]table[/red]" in prefect("flow-run", "inspect", ids["broken"]).out
    found = prefect("flow-run", "inspect", ids["stopped"], "-o", "json").json
    assert (found["state_type"], found["state"]["message"]) == ("CANCELLED", "enough")
    assert found["state"]["created"] is None


def test_task_runs_are_inspected(ids: dict[str, str], prefect: Run) -> None:
    out = prefect("task-run", "inspect", ids["load"]).out
    assert re.search(r"^Task +load$", out, re.MULTILINE)
    assert f"({ids['etl']})" in out
    assert f"rows = task run {ids['extract']}" in out
    found = prefect("task-run", "inspect", "--id", ids["load"], "--output", "json").json
    assert found["flow_run_id"] == ids["etl"]


@pytest.mark.parametrize("noun", ["flow-run", "task-run"])
@pytest.mark.parametrize("verb", ["inspect", "logs", "delete", "cancel", "watch"])
def test_runs_that_do_not_exist(noun: str, verb: str, prefect: Run) -> None:
    if noun == "task-run" and verb not in ("inspect", "logs"):
        return
    what = noun.replace("-", " ").capitalize()
    code, out, _ = prefect(noun, verb, NOBODY)
    assert (code, out) == (
        1,
        f"{what} '{NOBODY}' not found! 'prefect {noun} ls' lists those that exist.\n",
    )
    code, out, err = prefect(noun, verb, "ivory-oriole")
    assert (code, out) == (2, "")
    assert "has to be an id" in err
    assert f"'prefect {noun} ls'" in err


def test_pages_need_a_server(ids: dict[str, str], prefect: Run) -> None:
    code, out, _ = prefect("flow-run", "inspect", ids["etl"], "--web")
    assert code == 1
    assert "prefect server start" in out


LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \| (?P<level>[A-Z]+) *"
    r"\| (?P<label>(Flow|Task) run '[^']+') - (?P<text>.*)"
)


def _lines(out: str) -> list[tuple[str, str, str]]:
    matches = [LINE.fullmatch(line) for line in out.splitlines()]
    return [(match["level"], match["label"][:4], match["text"]) for match in matches if match]


def test_logs_name_the_run_that_wrote_them(ids: dict[str, str], prefect: Run) -> None:
    found = _lines(prefect("flow-run", "logs", ids["etl"]).out)
    assert ("INFO", "Task", "reading orders") in found
    assert ("WARNING", "Task", "loading 2 rows") in found
    assert found[-1] == ("INFO", "Flow", "Finished in state Completed()")
    out = prefect("task-run", "logs", ids["load"]).out
    assert _lines(out)[0] == ("WARNING", "Task", "loading 2 rows")


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ([], range(250)),
        (["--head"], range(20)),
        (["--tail"], range(230, 250)),
        (["--head", "-n", "3"], range(3)),
        (["--tail", "-n", "3"], range(247, 250)),
        (["-n", "230"], range(230)),
        (["--num-logs", "0"], range(250)),
        (["--reverse", "-n", "3"], range(249, 246, -1)),
        (["--tail", "--reverse", "-n", "3"], range(249, 246, -1)),
        (["--head", "--reverse", "-n", "3"], range(2, -1, -1)),
        (["-r"], range(249, -1, -1)),
    ],
)
def test_which_lines_are_shown(words: list[str], numbers: range, prefect: Run) -> None:
    run = _planned()
    lines = [
        {
            "name": "prefect.flow_runs",
            "level": 20,
            "message": str(number),
            "timestamp": f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z",
            "flow_run_id": run["id"],
        }
        for number in range(250)
    ]
    client.call("logs.create", body=lines)
    out = prefect("flow-run", "logs", run["id"], *words).out
    assert [int(text) for _, _, text in _lines(out)] == list(numbers)
    found = prefect("flow-run", "logs", run["id"], *words, "-o", "json").json
    assert [int(line["message"]) for line in found] == list(numbers)


def test_task_runs_show_some_lines(prefect: Run) -> None:
    @task
    def chatty() -> None:
        for number in range(30):
            get_run_logger().info("%d", number)

    chatty()
    (run,) = prefect("task-run", "ls", "-o", "json").json
    assert [text for _, _, text in _lines(prefect("task-run", "logs", run["id"]).out)] == [
        str(number) for number in range(20)
    ]
    assert len(_lines(prefect("task-run", "logs", run["id"], "-n", "0").out)) == 31


def test_lines_that_cannot_be_chosen(ids: dict[str, str], prefect: Run) -> None:
    code, out, _ = prefect("flow-run", "logs", ids["etl"], "--head", "--tail")
    assert code == 1
    assert "cannot both" in out
    assert prefect("flow-run", "logs", ids["etl"], "-n", "-1").code == 2


def test_removing(ids: dict[str, str], prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "is_interactive", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert prefect("flow-run", "delete", ids["etl"]).code == 1
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert prefect("flow-run", "delete", ids["etl"]) == (
        0,
        f"Successfully deleted flow run '{ids['etl']}'.\n",
        "",
    )
    assert prefect("flow-run", "inspect", ids["etl"]).code == 1
    assert prefect("task-run", "ls", "-o", "json").json == []
    assert client.call("logs.filter", body={"logs": {"flow_run_id": {"any_": [ids["etl"]]}}}) == []


def _planned(type_: str = "SCHEDULED") -> dict[str, Any]:
    made = client.call("flows.create", body={"name": "planned"})
    body = {"flow_id": made["id"], "name": "plan", "state": {"type": type_}}
    return client.call("flow_runs.create", body=body)


def _enter(run: dict[str, Any], type_: str, **more: Any) -> None:
    body = {"state": {"type": type_, **more}, "force": True}
    assert client.call("flow_runs.set_state", id=run["id"], body=body)["status"] == "ACCEPT"


def test_cancelling(ids: dict[str, str], prefect: Run) -> None:
    code, out, _ = prefect("flow-run", "cancel", ids["etl"])
    assert code == 1
    assert "unable to be cancelled. Reason: " in out
    waiting = _planned()
    assert prefect("flow-run", "cancel", waiting["id"]) == (
        0,
        f"Flow run '{waiting['id']}' was cancelled.\n",
        "",
    )
    running = _planned()
    _enter(running, "RUNNING")
    assert prefect("flow-run", "cancel", running["id"]).out == (
        f"Flow run '{running['id']}' was successfully scheduled for cancellation.\n"
    )
    found = prefect("flow-run", "ls", "--state-type", "CANCELLING", "-o", "json").json
    assert [each["id"] for each in found] == [running["id"]]


class Stage(clocks.ManualClock):
    """A clock on which something happens whenever somebody sleeps."""

    def __init__(self, *scenes: Callable[[], None]) -> None:
        super().__init__()
        self.scenes = list(scenes)

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.scenes:
            self.scenes.pop(0)()


def test_watching_shows_states_and_lines_once(capsys: pytest.CaptureFixture[str]) -> None:
    run = _planned()

    def say(text: str) -> None:
        now = clocks.to_iso(clocks.system.now_us())
        line = {"name": "x", "level": 20, "message": text, "timestamp": now, "flow_run_id": run["id"]}
        client.call("logs.create", body=[line])

    clock = Stage(
        lambda: _enter(run, "RUNNING"),
        lambda: say("one"),
        lambda: say("two"),
        lambda: _enter(run, "FAILED", message="no"),
    )
    ended = watching.follow(run, None, clock)
    assert ended is not None
    assert ended["state_type"] == "FAILED"
    shown = [(level, text) for level, _, text in _lines(capsys.readouterr().out)]
    assert shown == [
        ("STATE", "Scheduled"),
        ("STATE", "Running"),
        ("INFO", "one"),
        ("INFO", "two"),
        ("STATE", "Failed: no"),
    ]


def test_watching_ends_with_the_time() -> None:
    clock = Stage()
    assert watching.follow(_planned(), 1.2, clock) is None
    assert sum(clock.slept_s) == pytest.approx(1.2)


def test_watching_what_is_over(ids: dict[str, str], prefect: Run) -> None:
    assert prefect("flow-run", "watch", ids["etl"]) == (
        0,
        "Flow run already finished in state 'Completed'.\n",
        "",
    )
    assert prefect("flow-run", "watch", ids["broken"]).code == 1
    assert prefect("flow-run", "watch", _planned()["id"], "--timeout", "0").code == 1


PROGRAM = """
import sys
from prefect import flow, task

@task
def wait():
    print("running", flush=True)
    sys.stdin.read()

@flow
def hang():
    wait()

hang()
"""


def test_a_killed_process_leaves_crashed_runs(home: Path, prefect: Run) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline() == b"running\n"
        assert _column(prefect("flow-run", "ls").out, "State") == ["Running"]
        client.choose.reset()
        process.send_signal(signal.SIGKILL)
        process.wait()
    (run,) = prefect("flow-run", "ls", "-o", "json").json
    assert (run["state_type"], run["state_name"]) == ("CRASHED", "Crashed")
    assert _column(prefect("task-run", "ls").out, "State") == ["Crashed"]


def test_listing_imports_nothing_heavy(home: Path) -> None:
    program = (
        "import json, sys; from prefect._cli import main; main.run(['flow-run', 'ls']);"
        "print(json.dumps([name for name in sys.modules if '.' not in name]))"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    heavy = {"pydantic", "httpx", "rich", "typer", "fastapi", "asyncio", "jinja2", "cryptography", "yaml"}
    assert not heavy & set(json.loads(out.splitlines()[-1]))


def test_an_id_that_is_not_given(prefect: Run) -> None:
    code, _, err = prefect("flow-run", "inspect")
    assert code == 2
    assert err == "Error: ID is missing. 'prefect flow-run ls' lists flow runs with their ids.\n"
