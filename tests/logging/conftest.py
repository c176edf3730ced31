"""What the logging tests share: a home of their own, a store that keeps lines in a list, contexts of runs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from prefect import settings
from prefect._base.records import LogLine
from prefect._engine import scope
from prefect.logging import configuration, handlers

FLOW_RUN_ID = UUID(int=1)
TASK_RUN_ID = UUID(int=2)
_BELOW = ("extra", "flow_runs", "task_runs", "workers", "server", "client", "infrastructure", "_internal")
LOGGERS = ["", "prefect", "uvicorn", "fastapi", *(f"prefect.{name}" for name in _BELOW)]


class ListLink:
    """A link whose store is a list."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self.flushed = 0
        self.error: Exception | None = None

    def record(self, line: LogLine) -> None:
        if self.error is not None:
            raise self.error
        self.lines.append(line)

    async def flush(self) -> None:
        self.flushed += 1


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Fresh settings, and loggers as they were."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    for name in ("PREFECT_LOGGING_LEVEL", "PREFECT_API_URL", "PREFECT_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    settings.refresh()
    monkeypatch.setattr(configuration, "PROCESS_LOGGING_CONFIG", {})
    before = [(logging.getLogger(name), *_state(logging.getLogger(name))) for name in LOGGERS]
    for name in LOGGERS:
        logging.getLogger(name).handlers = []
    yield tmp_path
    for logger, level, propagate, old in before:
        logger.setLevel(level)
        logger.propagate, logger.handlers = propagate, old
    monkeypatch.undo()
    settings.refresh()


def _state(logger: logging.Logger) -> tuple[int, bool, list[logging.Handler]]:
    return logger.level, logger.propagate, logger.handlers


@pytest.fixture
def set_up() -> Callable[[], object]:
    """Sets logging up as in a process of its own: without the handlers of pytest on the root logger."""

    def set_up() -> object:
        root = logging.getLogger()
        root.handlers = [h for h in root.handlers if not type(h).__module__.startswith("_pytest")]
        return configuration.setup_logging()

    return set_up


@pytest.fixture
def link(monkeypatch) -> ListLink:
    kept = ListLink()
    module: Any = ModuleType("prefect._link.choose")
    module.blocking = module.awaiting = lambda: kept
    monkeypatch.setitem(sys.modules, "prefect._link.choose", module)
    monkeypatch.setattr(handlers, "choose", module)
    monkeypatch.setattr(handlers, "_ending", False)
    return kept


class FlowContext:
    """As much of a flow run's context as logging looks at."""

    def __init__(self, name: str = "red-fox", log_prints: bool = False, id: UUID = FLOW_RUN_ID) -> None:
        self.run = SimpleNamespace(id=str(id), name=name)
        self.flow = SimpleNamespace(name="my-flow")
        self.log_prints = log_prints
        self._token: Any = None

    def __enter__(self) -> FlowContext:
        self._token = scope.flow_scope.set(self)  # type: ignore[arg-type]
        return self

    def __exit__(self, *_: object) -> None:
        scope.flow_scope.reset(self._token)


class TaskContext:
    """As much of a task run's context as logging looks at."""

    def __init__(self, log_prints: bool = False, flow_run_id: UUID | None = FLOW_RUN_ID) -> None:
        self.run = SimpleNamespace(
            id=str(TASK_RUN_ID), name="add-1", flow_run_id=flow_run_id and str(flow_run_id)
        )
        self.task = SimpleNamespace(name="add")
        self.log_prints = log_prints
        self._token: Any = None

    def __enter__(self) -> TaskContext:
        self._token = scope.task_scope.set(self)  # type: ignore[arg-type]
        return self

    def __exit__(self, *_: object) -> None:
        scope.task_scope.reset(self._token)


@pytest.fixture
def flow_context() -> type[FlowContext]:
    return FlowContext


@pytest.fixture
def task_context() -> type[TaskContext]:
    return TaskContext
