"""`prefect_test_harness`: an empty history for all of a test, and the user's own again after it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from time import process_time
from typing import Any

import pytest

from prefect import flow, get_client, settings, task
from prefect.testing.utilities import get_most_recent_flow_run, prefect_test_harness
from prefect.utilities.asyncutils import run_coro_as_sync


@task
def one() -> int:
    return 1


@flow
def trivial() -> int:
    return one()


def names() -> list[str]:
    with get_client(sync_client=True) as client:
        return [run.name for run in client.read_flow_runs()]


def test_each_has_an_empty_history_and_the_users_is_left_alone() -> None:
    trivial()
    before = names()
    home = settings.active()["home"]
    for _ in range(2):
        with prefect_test_harness():
            assert names() == []
            assert trivial() == 1
            assert len(names()) == 1
            assert settings.active()["home"] != home
    assert names() == before
    assert settings.active()["home"] == home
    assert os.environ["PREFECT_HOME"] == str(home)


def test_it_holds_for_threads_old_contexts_and_processes() -> None:
    old = Context()
    with prefect_test_harness(), ThreadPoolExecutor(1) as raw:
        raw.submit(trivial).result()
        old.run(trivial)
        code = "from prefect import flow\nflow(lambda: 1, name='child')()"
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)
        assert len(names()) == 3
        run = run_coro_as_sync(get_most_recent_flow_run(flow_name="child"))
        assert run is not None


def test_an_api_url_does_not_lead_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    settings.refresh()
    with prefect_test_harness():
        assert trivial() == 1
    assert settings.active()["api.url"] == "http://127.0.0.1:9/api"
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:9/api"


def test_it_opens_no_socket_and_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("not in a test harness")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    with prefect_test_harness():
        assert trivial() == 1


def test_it_costs_little() -> None:
    def measured() -> float:
        began = process_time()  # of this process: what else the machine does is not meant
        with prefect_test_harness():
            trivial()
        return process_time() - began

    measured()
    assert min(measured() for _ in range(5)) < 0.05


def test_errors_pass_through_and_it_is_left_all_the_same() -> None:
    home = settings.active()["home"]
    with pytest.raises(ZeroDivisionError), prefect_test_harness():
        raise ZeroDivisionError
    assert settings.active()["home"] == home
    assert threading.active_count() < 50
