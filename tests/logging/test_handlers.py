"""The way of a line: to the console and to the store."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import sys
from types import SimpleNamespace
from uuid import UUID

import pytest

from prefect import settings
from prefect.exceptions import MissingContextError
from prefect.logging import get_logger, handlers
from prefect.logging.formatters import JsonFormatter, PrefectFormatter
from prefect.logging.handlers import APILogHandler, PrefectConsoleHandler, set_api_log_sink
from prefect.logging.loggers import flow_run_logger, get_worker_logger, task_run_logger

FLOW_RUN = SimpleNamespace(id=UUID(int=1), name="red-fox")
TASK_RUN = SimpleNamespace(id=UUID(int=2), name="add-1", flow_run_id=UUID(int=1))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_on_the_console(link, set_up, capsys):
    set_up()
    flow_run_logger(FLOW_RUN).info("hello %s", "you")
    task_run_logger(TASK_RUN).warning("careful")
    get_logger("other").error("plain")
    get_logger("other").debug("not shown")
    logging.getLogger("somebody").warning("third")
    logging.getLogger("somebody").info("not shown")
    lines = [re.sub(r"^\d\d:\d\d:\d\d\.\d{3} \| ", "", line) for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        "INFO    | Flow run 'red-fox' - hello you",
        "WARNING | Task run 'add-1' - careful",
        "ERROR   | prefect.other - plain",
        "WARNING | somebody - third",
    ]


def test_lines_in_the_store(link, set_up):
    set_up()
    flow_run_logger(FLOW_RUN).info("hello %s", "you")
    task_run_logger(TASK_RUN).warning("careful")
    get_logger("other").error("not a run's")
    first, second = link.lines
    assert first[2:] == (20, "prefect.flow_runs", "hello you", str(UUID(int=1)), None, None)
    assert second[2:] == (30, "prefect.task_runs", "careful", str(UUID(int=1)), str(UUID(int=2)), None)
    assert second.at_us >= first.at_us > 1_700_000_000_000_000
    assert first.id != second.id


def test_exceptions_come_with_their_traceback(link, set_up, capsys):
    set_up()
    try:
        raise KeyError("k")
    except KeyError:
        flow_run_logger(FLOW_RUN).exception("boom")
    assert link.lines[0].message.startswith("boom\nTraceback")
    assert "KeyError: 'k'" in capsys.readouterr().err


def test_a_line_can_stay_here(link, set_up, capsys):
    set_up()
    flow_run_logger(FLOW_RUN).info("here", extra={"send_to_api": False})
    assert link.lines == []
    assert "here" in capsys.readouterr().err


def test_no_line_is_sent_if_that_is_switched_off(link, set_up, monkeypatch):
    monkeypatch.setenv("PREFECT_LOGGING_TO_API_ENABLED", "false")
    settings.refresh()
    set_up()
    flow_run_logger(FLOW_RUN).info("here")
    assert link.lines == []


def test_long_messages_are_cut_by_bytes(link, set_up, monkeypatch):
    monkeypatch.setenv("PREFECT_LOGGING_TO_API_MAX_LOG_SIZE", "100")
    settings.refresh()
    set_up()
    flow_run_logger(FLOW_RUN).info("ü" * 51)
    flow_run_logger(FLOW_RUN).info("ü" * 50)
    cut, whole = (line.message for line in link.lines)
    assert whole == "ü" * 50
    assert cut.endswith("... [truncated]")
    assert len(cut.encode()) <= 100


def test_a_store_that_fails_does_not_reach_the_user(link, set_up, capsys):
    set_up()
    link.error = OSError("disk full")
    flow_run_logger(FLOW_RUN).info("still here")
    said = capsys.readouterr().err
    assert "disk full" in said
    assert "still here" in said


def test_lines_of_other_loggers_belong_to_the_run_at_hand(
    link, set_up, monkeypatch, flow_context, task_context
):
    monkeypatch.setenv("PREFECT_LOGGING_EXTRA_LOGGERS", "my_library")
    settings.refresh()
    set_up()
    logger = logging.getLogger("my_library")
    try:
        with flow_context():
            logger.info("in the flow")
            with task_context():
                logger.info("in the task")
        assert [line[4:7] for line in link.lines] == [
            ("in the flow", str(UUID(int=1)), None),
            ("in the task", str(UUID(int=1)), str(UUID(int=2))),
        ]
        with pytest.warns(UserWarning, match="belongs to no run"):
            logger.warning("outside")
        monkeypatch.setenv("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")
        settings.refresh()
        logger.warning("outside")
        monkeypatch.setenv("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "error")
        settings.refresh()
        with pytest.raises(MissingContextError):
            logger.warning("outside")
    finally:
        logger.handlers = []
        logger.setLevel("NOTSET")


class Worker:
    type = "process"
    name = "one"
    backend_id = UUID(int=3)


def test_workers_send_what_the_server_can_place(link, set_up):
    set_up()
    get_worker_logger(Worker()).info("known")
    get_logger("workers.process.two").info("unknown")
    assert [line[4:] for line in link.lines] == [("known", None, None, str(UUID(int=3)))]


def test_flushing(link, monkeypatch):
    handler = APILogHandler()
    monkeypatch.setattr(APILogHandler, "_used", False)
    handler.flush()
    assert link.flushed == 0
    handler.handle(logging.makeLogRecord({"msg": "m", "flow_run_id": "f", "name": "n"}))
    handler.flush()
    asyncio.run(APILogHandler.aflush())
    assert link.flushed == 2
    monkeypatch.setattr(handlers, "_ending", True)
    handler.flush()
    assert link.flushed == 2


def test_a_sink_of_ones_own(link):
    sunk: list[dict[str, object]] = []
    set_api_log_sink(sunk.append)
    try:
        APILogHandler().handle(
            logging.makeLogRecord({"msg": "m", "flow_run_id": "f", "name": "n", "levelno": 20})
        )
    finally:
        set_api_log_sink(None)
    assert link.lines == []
    handlers.emit_api_log(sunk[0])  # type: ignore[arg-type]
    assert link.lines[0][2:] == (20, "n", "m", "f", None, None)


def test_colours_only_on_a_terminal(monkeypatch):
    record = logging.makeLogRecord({"msg": "Finished in state Completed()", "levelname": "INFO"})
    plain, terminal = io.StringIO(), Terminal()
    for stream in (plain, terminal):
        handler = PrefectConsoleHandler(stream)
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        handler.emit(record)
    assert plain.getvalue() == "INFO Finished in state Completed()\n"
    assert terminal.getvalue() == "\x1b[36mINFO\x1b[0m Finished in state \x1b[32mCompleted\x1b[0m()\n"
    monkeypatch.setenv("PREFECT_LOGGING_COLORS", "false")
    settings.refresh()
    quiet = Terminal()
    handler = PrefectConsoleHandler(quiet)
    handler.emit(record)
    assert quiet.getvalue() == "Finished in state Completed()\n"


def test_styles_of_ones_own(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    from prefect.logging.highlighters import PrefectConsoleHighlighter

    terminal = Terminal()
    handler = PrefectConsoleHandler(
        terminal, highlighter=PrefectConsoleHighlighter, styles={"log.completed_state": "red"}
    )
    handler.emit(logging.makeLogRecord({"msg": "Completed [bold]x[/bold]"}))
    assert terminal.getvalue() == "\x1b[31mCompleted\x1b[0m [bold]x[/bold]\n"


def test_json_lines():
    record = logging.makeLogRecord(
        {"name": "n", "msg": "hi %s", "args": (1,), "levelname": "WARNING", "k": object(), "z": UUID(int=1)}
    )
    found = json.loads(JsonFormatter("default").format(record))
    assert (found["severity"], found["msg"], found["args"], found["k"]) == (
        "WARNING", "hi %s", [1], "<non-serializable: object>",
    )  # fmt: skip
    assert found["z"] == str(UUID(int=1))
    try:
        raise KeyError("k")
    except KeyError:
        record.exc_info = sys.exc_info()
    found = json.loads(JsonFormatter("pretty").format(record))
    assert (found["exc_info"]["type"], found["exc_info"]["message"]) == ("KeyError", "'k'")
    with pytest.raises(ValueError, match="pretty"):
        JsonFormatter("other")  # type: ignore[arg-type]


def test_formats_of_runs_and_the_clock():
    formatter = PrefectFormatter(
        "%(asctime)s.%(msecs)03d %(message)s",
        datefmt="%H:%M:%S",
        flow_run_fmt="F %(message)s",
        task_run_fmt=None,
    )
    first = logging.makeLogRecord({"msg": "m", "created": 1.5, "msecs": 500.0})
    second = logging.makeLogRecord({"msg": "m", "created": 2.25, "msecs": 250.0})
    usual = logging.Formatter("%(asctime)s.%(msecs)03d %(message)s", datefmt="%H:%M:%S")
    for record in (first, first, second, first):
        assert formatter.format(record) == usual.format(record)
    assert formatter.format(logging.makeLogRecord({"msg": "m", "name": "prefect.flow_runs"})) == "F m"
