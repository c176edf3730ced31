"""Messages say what is wrong and what to do, and what should be accepted is."""

from __future__ import annotations

import contextvars
import datetime
import decimal
import functools
import json
import logging
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from prefect import flow, get_client, runtime, task
from prefect._wire.schedules import IntervalSchedule
from prefect.artifacts import Artifact, create_table_artifact
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_UI_URL, temporary_settings
from prefect.transactions import transaction
from prefect.utilities.callables import parameter_schema
from prefect.utilities.urls import url_for


@pytest.mark.parametrize(
    ("read", "what"),
    [("read_flow_run", "Flow run"), ("read_task_run", "Task run"), ("read_flow", "Flow")],
)
def test_e1_what_was_not_found_is_named(read: str, what: str) -> None:
    with get_client(sync_client=True) as client, pytest.raises(ObjectNotFound) as missing:
        getattr(client, read)(uuid4())
    assert what in str(missing.value)


def test_e2_loading_a_block_explains_the_form_of_names() -> None:
    with pytest.raises(ValueError, match=r"type-slug/x"):
        Block.load("x")


def test_e3_variadic_parameters_are_not_required() -> None:
    def function(a: int, *args: int, b: int = 1, **kwargs: str) -> None: ...

    assert parameter_schema(function).required == ["a"]
    assert flow(function).parameters.required == ["a"]


def test_e4_waiting_in_vain_for_a_slot_logs_no_error(caplog: pytest.LogCaptureFixture) -> None:
    with get_client(sync_client=True) as client:
        client.create_global_concurrency_limit(_limit())
    caplog.set_level(logging.DEBUG)
    refused: list[BaseException] = []

    def wait() -> None:
        try:
            with concurrency("db", timeout_seconds=0.05):
                pass
        except TimeoutError as error:
            refused.append(error)

    context = contextvars.copy_context()
    with concurrency("db", strict=True):
        thread = threading.Thread(target=context.run, args=(wait,))
        thread.start()
        thread.join(60)
    assert len(refused) == 1
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def _limit() -> Any:
    from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate

    return GlobalConcurrencyLimitCreate(name="db", limit=1)


@pytest.mark.parametrize("seconds", [0, -1])
def test_e5_an_interval_of_nothing_has_one_short_error(seconds: int) -> None:
    with pytest.raises(ValidationError) as refused:
        IntervalSchedule(interval=datetime.timedelta(seconds=seconds))
    [error] = refused.value.errors()
    assert error["loc"] == ("interval",)


def test_e7_logs_of_tasks_outside_of_flows_are_kept_without_a_warning(history: Any) -> None:
    from prefect.logging import get_run_logger

    @task
    def alone() -> None:
        get_run_logger().info("by itself")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alone()
    [run] = history.task_runs()
    [line] = [line for line in history.lines() if line["message"] == "by itself"]
    assert (line["task_run_id"], line["flow_run_id"]) == (run["id"], None)


def test_e8_the_address_of_a_run_has_one_form(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    @flow
    def tells() -> str:
        return runtime.flow_run.ui_url

    with temporary_settings({PREFECT_UI_URL: "http://ui.example"}):
        told = tells()
        expected = url_for("flow-run", obj_id=told.rpartition("/")[2])
    assert told == expected
    assert f"View at {told}" in [record.getMessage() for record in caplog.records]


def test_e9_the_decorator_takes_hooks_of_transactions() -> None:
    seen: list[str] = []

    @task(on_commit=[lambda txn: seen.append("commit")], on_rollback=[lambda txn: seen.append("rollback")])
    def work() -> int:
        return 1

    @flow
    def commits() -> None:
        work()

    @flow
    def breaks() -> None:
        with transaction():
            work()
            raise ValueError("undo it")

    commits()
    with pytest.raises(ValueError, match="undo it"):
        breaks()
    assert seen == ["commit", "rollback"]


def test_e10_partials_and_builtins_are_accepted() -> None:
    def add(a: int, b: int) -> int:
        return a + b

    assert flow(functools.partial(add, b=2))(1) == 3
    assert task(functools.partial(add, b=2))(1) == 3
    assert task(sum)([1, 2]) == 3
    assert flow(lambda: task(len).submit([1, 2]).result())() == 2


def test_e11_tables_take_dates_and_decimals() -> None:
    @flow
    def reports() -> None:
        create_table_artifact(
            [{"day": datetime.date(2026, 1, 2), "price": decimal.Decimal("1.50")}], key="prices"
        )

    reports()
    artifact = Artifact.get("prices")
    assert artifact is not None
    assert json.loads(artifact.data) == [{"day": "2026-01-02", "price": "1.50"}]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["123", "1.5", "true", "null"])
def test_e13_a_secret_text_stays_text(text: str) -> None:
    Secret(value=text).save("key")
    assert Secret(value=text).get() == Secret.load("key").get() == text


def test_e13_a_saved_json_object_is_still_an_object() -> None:
    Secret(value='{"a": 1}').save("key")
    assert Secret.load("key").get() == {"a": 1}


@pytest.mark.parametrize("persist", [None, False])
def test_e15_a_failed_flow_leaves_no_file(
    persist: bool | None, stored: Callable[[], list[Path]], history: Any
) -> None:
    @flow(persist_result=persist)
    def fails() -> None:
        raise ValueError("told in words")

    assert fails(return_state=True).is_failed()
    assert stored() == []
    [run] = history.flow_runs()
    assert "told in words" in run["state"]["message"]
