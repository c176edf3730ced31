"""Every command that reads, on the embedded store and on a server: as text without colours, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.conftest import running

from prefect import flow, get_run_logger, task
from prefect._cli import client
from prefect._link import choose
from prefect.artifacts import create_markdown_artifact
from prefect.blocks.system import Secret
from prefect.settings import current
from prefect.variables import Variable

Run = Callable[..., Any]
FACTS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "contract.json").read_text())

# what stands for the words that a command needs
WORDS = {
    "prefect flow-run inspect": ["{flow_run}"],
    "prefect flow-run logs": ["{flow_run}"],
    "prefect task-run inspect": ["{task_run}"],
    "prefect task-run logs": ["{task_run}"],
    "prefect deployment inspect": ["it/d"],
    "prefect deployment schedule ls": ["it/d"],
    "prefect profile inspect": ["ephemeral"],
    "prefect work-pool inspect": ["p"],
    "prefect work-pool slots": ["p"],
    "prefect work-pool preview": ["p"],
    "prefect work-pool storage inspect": ["p"],
    "prefect work-queue inspect": ["default", "--pool", "p"],
    "prefect work-queue slots": ["default", "--pool", "p"],
    "prefect work-queue preview": ["default", "--pool", "p"],
    "prefect variable inspect": ["v"],
    "prefect block type inspect": ["secret"],
    "prefect block inspect": ["secret/s"],
    "prefect concurrency-limit inspect": ["t"],
    "prefect global-concurrency-limit inspect": ["g"],
    "prefect artifact inspect": ["a"],
    "prefect automation inspect": ["watch"],
}
ELSEWHERE = {
    "prefect cloud asset ls": "asks a cloud",
    "prefect cloud webhook get": "asks a cloud",
    "prefect cloud webhook ls": "asks a cloud",
    "prefect cloud workspace ls": "asks a cloud",
    "prefect server status": "asks whether a server answers",
    "prefect sdk generate": "writes a file",
}
AS_JSON = [fact["command"] for fact in FACTS if fact.get("json_output") and fact["command"] not in ELSEWHERE]
AS_TEXT = [
    *(f"{words}" for words in AS_JSON),
    "prefect automation ls",
    "prefect config validate",
    "prefect variable get v",
    "prefect version",
    "prefect work-queue read-runs default --pool p",
    "prefect work-pool get-default-base-job-template --type process",
    "prefect flow-run why {flow_run}",
    "prefect plugins diagnose",
]


@task
def step() -> int:
    get_run_logger().info("in the step")
    return 1


@flow
def it() -> int:
    create_markdown_artifact("text", key="a")
    return step()


def _fill() -> dict[str, str]:
    it()
    Secret(value="hidden-value").save("s")
    Variable.set("v", 5)
    flow_id = client.call("flows.create", body={"name": "it"})["id"]
    pool = {"name": "p", "type": "process"}
    client.call("work_pools.create", body=client.checked("work_pools.create", pool))
    schedule = {"schedule": {"cron": "0 6 * * *", "timezone": "Asia/Kolkata"}, "slug": "daily"}
    deployment = {"name": "d", "flow_id": flow_id, "work_pool_name": "p", "schedules": [schedule]}
    client.call("deployments.create", body=client.checked("deployments.create", deployment))
    (run,) = client.call("flow_runs.filter", body={"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}})
    (inner,) = client.call("task_runs.filter", body={})
    return {"flow_run": run["id"], "task_run": inner["id"]}


@pytest.fixture(params=["embedded", "server"])
def place(
    request: pytest.FixtureRequest, home: Any, prefect: Run, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """A store with one of everything; the ids of what was made."""
    choose.reset()
    with running() as server:
        if request.param == "server":
            monkeypatch.setenv("PREFECT_API_URL", server.url)
            current.forget()
        ids = _fill()
        prefect("concurrency-limit", "create", "t", "3")
        prefect("gcl", "create", "g", "--limit", "2")
        automation = {
            "name": "watch",
            "trigger": {"type": "event", "posture": "Reactive", "expect": ["x"], "threshold": 1, "within": 0},
            "actions": [{"type": "do-nothing"}],
        }
        assert prefect("automation", "create", "-j", json.dumps(automation)).code == 0
        yield ids
    choose.reset()


def _words(words: str, ids: dict[str, str]) -> list[str]:
    return [each.format(**ids) for each in [*words.split()[1:], *WORDS.get(words, [])]]


def test_all_of_them(place: dict[str, str], prefect: Run) -> None:
    for words in AS_TEXT:
        shown = prefect(*_words(words, place))
        assert (words, shown.code, shown.err) == (words, 0, ""), shown.out
        assert shown.out.strip(), words
        assert "\033" not in shown.out, words
        assert "hidden-value" not in shown.out, words
    for words in AS_JSON:
        told = prefect(*_words(words, place), "--output", "json")
        assert (words, told.code, told.err) == (words, 0, ""), told.out
        assert isinstance(told.json, list if words.endswith((" ls", "preview", "logs")) else (dict, list)), (
            words
        )
        assert "hidden-value" not in told.out, words
        other = prefect(*_words(words, place), "--output", "xml")
        assert (words, other.code) == (words, 1)


def test_an_empty_store_is_listed(home: Any, prefect: Run) -> None:
    choose.reset()
    for words in AS_JSON:
        if words.endswith(" ls") and words not in WORDS:
            assert prefect(*words.split()[1:]).code == 0, words
            assert isinstance(prefect(*words.split()[1:], "-o", "json").json, list), words
    choose.reset()
