"""The loggers of runs."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from uuid import UUID

import pytest

from prefect import settings
from prefect.exceptions import MissingContextError
from prefect.logging import LogEavesdropper, disable_run_logger, get_logger, get_run_logger
from prefect.logging.filters import redact_substr
from prefect.logging.loggers import flow_run_logger, get_worker_logger, task_run_logger

FLOW_RUN_ID, TASK_RUN_ID = str(UUID(int=1)), str(UUID(int=2))


def test_names():
    assert get_logger().name == "prefect"
    assert get_logger("a.b").name == "prefect.a.b"
    assert get_logger("prefect.x") is get_logger("x")
    assert get_logger("prefectly").name == "prefect.prefectly"


def test_a_flow_run_knows_itself(flow_context):
    with flow_context():
        logger = get_run_logger(mine=1)
    assert logger.name == "prefect.flow_runs"
    assert logger.extra == {
        "flow_run_name": "red-fox",
        "flow_run_id": FLOW_RUN_ID,
        "flow_name": "my-flow",
        "deployment_name": None,
        "mine": 1,
    }


def test_a_task_run_comes_before_the_flow_run(flow_context, task_context):
    with flow_context(), task_context():
        logger = get_run_logger()
    assert logger.name == "prefect.task_runs"
    assert logger.extra == {
        "task_run_id": TASK_RUN_ID,
        "flow_run_id": FLOW_RUN_ID,
        "task_run_name": "add-1",
        "task_name": "add",
        "flow_run_name": "red-fox",
        "flow_name": "my-flow",
    }


def test_a_task_run_without_a_flow_run(task_context):
    with task_context(flow_run_id=None):
        extra = get_run_logger().extra
    assert (extra["flow_run_id"], extra["flow_run_name"]) == (None, "<unknown>")


def test_a_given_context_wins(flow_context, task_context):
    with flow_context("outer"), task_context():
        assert get_run_logger(flow_context("given")).extra["flow_run_name"] == "given"


def test_outside_of_runs():
    with pytest.raises(MissingContextError, match="no active flow or task run context"):
        get_run_logger()
    with disable_run_logger():
        logger = get_run_logger()
        assert (logger.name, logger.disabled) == ("null", True)
    assert not logging.getLogger("prefect.flow_runs").disabled


def test_adapters_add_to_what_the_call_gives():
    flow_run = SimpleNamespace(id=UUID(int=9), name="n")
    logger = flow_run_logger(flow_run)
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger.logger.addHandler(handler)
    logger.logger.setLevel("INFO")
    child = logger.getChild("sub", {"k": 1})
    try:
        logger.info("a %s", "b", extra={"flow_run_name": "other", "more": 2})
        child.warning("c")
        logger.debug("not enabled")
        logger.log(logging.ERROR, "e")
        try:
            raise KeyError("k")
        except KeyError:
            logger.exception("f")
    finally:
        logger.logger.removeHandler(handler)
        logger.logger.setLevel("NOTSET")
    first, second, third, fourth = records
    assert (first.getMessage(), first.flow_run_name, first.more) == ("a b", "other", 2)  # type: ignore[attr-defined]
    assert (first.filename, first.funcName) == (
        "test_loggers.py",
        "test_adapters_add_to_what_the_call_gives",
    )
    assert (second.name, second.k, second.flow_run_id) == ("prefect.flow_runs.sub", 1, str(UUID(int=9)))  # type: ignore[attr-defined]
    assert third.levelno == logging.ERROR
    assert fourth.exc_info is not None


def test_the_public_models_do_as_well():
    run = SimpleNamespace(id=UUID(int=2), name="t", flow_run_id=UUID(int=1))
    assert task_run_logger(run, SimpleNamespace(name="T")).extra["task_run_id"] == TASK_RUN_ID
    assert flow_run_logger(flow_run_id=UUID(int=1)).extra["flow_run_id"] == FLOW_RUN_ID


class Worker:
    type = "process"
    name = "Big One"
    backend_id: UUID | None = None


def test_workers():
    worker = Worker()
    assert get_worker_logger(worker).name == "prefect.workers.process.big one"
    worker.backend_id = UUID(int=3)
    assert get_worker_logger(worker).extra["worker_id"] == str(UUID(int=3))


def test_eavesdropping():
    get_logger().setLevel("INFO")
    with LogEavesdropper("prefect", level=logging.WARNING) as heard:
        get_logger("x").warning("careful")
        get_logger("x").info("not that")
    get_logger("x").warning("too late")
    assert heard.text() == "[WARNING]: careful"


def test_the_api_key_stays_out_of_the_logs(monkeypatch, caplog):
    monkeypatch.setenv("PREFECT_API_KEY", "very-secret-key")
    settings.refresh()
    with caplog.at_level("INFO", logger="prefect"):
        get_logger("keys").info("using %s in %s", "very-secret-key", {"k": ["very-secret-key!"]})
        get_logger("keys").info("very-secret-key")
    assert "very-secret-key" not in caplog.text
    assert "********" in caplog.text


def test_redaction_keeps_what_has_no_secret():
    kept = {"a": [1, "b"]}
    assert redact_substr(kept, "secret") is kept
