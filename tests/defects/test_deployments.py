"""Deployments: what they give that flows do not take, waiting for their runs, and what they refuse."""

from __future__ import annotations

import contextvars
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, get_client, task
from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._cli import main, session
from prefect._code import execution
from prefect._link import choose
from prefect._link.waiting import wait_for_change
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError


@flow
def hello(name: str = "you") -> str:
    return f"hello {name}"


def test_b3_defaults_that_the_flow_does_not_take_are_dropped_with_a_warning(history: Any) -> None:
    with pytest.warns(UserWarning, match="takes no parameters source"):
        hello.to_deployment("d", parameters={"source": "production", "name": "all"}).apply()
    run = run_deployment("hello/d", timeout=0)
    assert execution.execute(str(run.id), lambda: hello) == 0
    (ended,) = history.flow_runs()
    assert ended["state_name"] == "Completed"
    warned = [line for line in history.lines() if line["level"] == 30]
    assert [line["flow_run_id"] for line in warned] == [str(run.id)]
    assert "source" in warned[0]["message"]


def test_b3_parameters_that_are_given_for_one_run_and_unknown_are_refused(history: Any) -> None:
    hello.to_deployment("d").apply()
    with pytest.raises(PrefectHTTPStatusError, match="no parameter nmae: its parameters are name") as refused:
        run_deployment("hello/d", parameters={"nmae": "x"}, timeout=0)
    assert refused.value.response.status_code == 409
    assert history.flow_runs() == []


def test_d5_the_end_of_a_deployments_run_is_told_and_not_asked_for(asked: Counter[str], history: Any) -> None:
    hello.to_deployment("d").apply()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(
            contextvars.copy_context().run, run_deployment, "hello/d", poll_interval=3600
        )
        run = _first_run(history)
        asked.clear()
        execution.execute(run["id"], lambda: hello)
        assert waiting.result(60).state.is_completed()
    assert asked["flow_runs.read"] <= 4, asked


def _first_run(history: Any) -> dict[str, Any]:
    link = choose.blocking()
    while True:
        position = drive(link.position())
        if runs := history.flow_runs():
            return runs[0]
        news = drive(wait_for_change(link, BLOCKING, ["prefect.flow-run.Scheduled"], 30, after=position))
        assert news, "nothing happened for too long"


def test_e1_a_deployment_that_is_not_there_is_named() -> None:
    with pytest.raises(ObjectNotFound, match="Deployment a/b not found"):
        run_deployment("a/b")
    with get_client(sync_client=True) as client, pytest.raises(ObjectNotFound, match="Deployment a/b"):
        client.read_deployment_by_name("a/b")


@pytest.mark.parametrize("interval", [0, -5, "PT0S"])
@pytest.mark.parametrize("way", ["serve", "deploy", "to_deployment"])
def test_e5_an_interval_of_nothing_is_refused_in_one_sentence(way: str, interval: Any) -> None:
    with pytest.raises(ValueError, match=r"^interval: the interval must be positive\.[^\n]*$"):
        getattr(hello, way)("d", interval=interval)


def test_e6_a_background_run_in_a_flow_takes_nothing_of_the_flow_along(history: Any) -> None:
    lock = threading.Lock()  # can be pickled by nobody

    @task
    def work(x: int) -> int:
        return x

    @flow
    def around() -> str:
        with lock:
            return str(work.delay(1).task_run_id)

    id_ = around()
    (run,) = history.task_runs()
    assert (run["id"], run["state_name"]) == (id_, "Scheduled")


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere.py:it", "-n", "d", "--pool", "p"],
        ["here.py:other", "-n", "d", "--pool", "p"],
        ["here.py:it", "-n", "d", "--pool", "absent"],
        ["here.py:it", "-n", "d", "--pool", "p", "--cron", "not a cron"],
        ["here.py:it", "--pool", "p", "-n", "a/b"],
        ["broken.py:it", "-n", "d", "--pool", "p"],
        [],
    ],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_e12_a_deployment_that_fails_is_told_to_the_shell(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "prompt", None)
    Path("here.py").write_text("from prefect import flow\n@flow\ndef it(): ...\n")
    Path("broken.py").write_text("def it(:\n")
    history.call("work_pools.create", body={"name": "p", "type": "process"})
    assert main.run(["--no-prompt", "deploy", *words]) != 0
    assert history.call("deployments.filter", body={}) == []


def test_e14_making_and_changing_a_deployment_look_at_the_same_things() -> None:
    variables = {"env": {"A": "1"}}
    with pytest.raises(ValueError, match=r"job_variables.*work pool"):
        hello.to_deployment("d", job_variables=variables).apply()
    hello.to_deployment("d").apply()
    with pytest.raises(ValueError, match=r"job_variables.*work pool"):
        hello.to_deployment("d", job_variables=variables).apply()
    with get_client(sync_client=True) as client:
        known = client.read_deployment_by_name("hello/d")
        told: set[str] = set()
        for attempt in (
            lambda: client.create_deployment(known.flow_id, "e", job_variables=variables),
            lambda: client.update_deployment(known.id, DeploymentUpdate(job_variables=variables)),
        ):
            with pytest.raises(Exception, match="work pool") as refused:
                attempt()
            told.add(f"{type(refused.value).__name__}: {refused.value}".partition(" for ")[0])
    assert len(told) == 1
