"""The loggers of runs: they know which run they speak for, and put its names and ids on each record."""

from __future__ import annotations

import logging
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from prefect._base import lazy
from prefect._engine import scope
from prefect.exceptions import MissingContextError
from prefect.logging.filters import ObfuscateApiKeyFilter
from prefect.logging.prints import patch_print, print_as_log

if TYPE_CHECKING:
    from typing import Self
    from uuid import UUID

    from prefect.context import FlowRunContext, TaskRunContext

    _Adapter = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter

settings: Any = lazy.module("prefect.settings")

FLOW_RUNS = "prefect.flow_runs"
TASK_RUNS = "prefect.task_runs"
UNKNOWN = "<unknown>"

_loggers: dict[str, logging.Logger] = {}


class PrefectLogAdapter(_Adapter):
    """A logger that adds its own facts to each record, beside those that the call gives."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        given = kwargs.get("extra")
        kwargs["extra"] = {**cast(dict[str, Any], self.extra), **given} if given else self.extra
        return msg, kwargs

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        # what the base class does, without asking a second time whether the level is enabled
        logger = self.logger
        if logger.isEnabledFor(level):
            given = kwargs.get("extra")
            kwargs["extra"] = {**cast(dict[str, Any], self.extra), **given} if given else self.extra
            kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1  # this frame is not the caller
            logger._log(level, msg, args, **kwargs)

    def getChild(self, suffix: str, extra: dict[str, Any] | None = None) -> PrefectLogAdapter:
        """An adapter of the logger's child, with these facts added."""
        return PrefectLogAdapter(
            self.logger.getChild(suffix), extra={**cast(dict[str, Any], self.extra), **(extra or {})}
        )


def get_logger(name: str | None = None) -> logging.Logger:
    """The logger `prefect`, or the one of that name below it. It keeps the API key out of its records."""
    full = name or "prefect"
    if full != "prefect" and not full.startswith("prefect."):
        full = f"prefect.{full}"
    logger = _loggers.get(full)
    if logger is None:
        logger = logging.getLogger(full)
        logger.addFilter(ObfuscateApiKeyFilter())
        _loggers[full] = logger
    return logger


def get_run_logger(
    context: FlowRunContext | TaskRunContext | None = None, **kwargs: Any
) -> logging.Logger | _Adapter:
    """The logger of the task run at hand, else of the flow run. `kwargs` are put on each record.

    Raises `MissingContextError` outside of runs.
    """
    found: Any = context
    if found is None:
        found = scope.innermost()
        if found is None:
            if _is_disabled(FLOW_RUNS) and _is_disabled(TASK_RUNS):
                null = logging.getLogger("null")
                null.disabled = True
                return null
            raise MissingContextError("There is no active flow or task run context.")
    if hasattr(found, "task"):
        around = scope.flow_scope.get()
        return task_run_logger(
            _run_of(found),
            task=found.task,
            flow_run=around and _run_of(around),
            flow=around and around.flow,
            **kwargs,
        )
    return flow_run_logger(_run_of(found), flow=found.flow, **kwargs)


def _run_of(context: Any) -> Any:
    """The run of a context: the live one if the context has it, which is cheaper than the public model."""
    live = getattr(context, "run", None)
    if live is not None:
        return live
    return context.task_run if hasattr(context, "task") else context.flow_run


def _is_disabled(name: str) -> bool:
    return logging.getLogger(name).disabled


def flow_run_logger(
    flow_run: Any = None, flow: Any = None, flow_run_id: UUID | str | None = None, **kwargs: Any
) -> PrefectLogAdapter:
    """The logger of a flow run."""
    run_id = flow_run.id if flow_run else flow_run_id
    return PrefectLogAdapter(
        get_logger(FLOW_RUNS),
        extra={
            "flow_run_name": flow_run.name if flow_run else UNKNOWN,
            "flow_run_id": str(run_id) if run_id else UNKNOWN,
            "flow_name": flow.name if flow else UNKNOWN,
            "deployment_name": getattr(flow_run, "deployment_name", None),
            **kwargs,
        },
    )


def task_run_logger(
    task_run: Any, task: Any = None, flow_run: Any = None, flow: Any = None, **kwargs: Any
) -> PrefectLogAdapter:
    """The logger of a task run; if no flow run is given, the one at hand that the task run belongs to."""
    flow_run_id = task_run.flow_run_id
    if flow_run is None and flow_run_id is not None:
        around = scope.flow_scope.get()
        if around is not None and str(around.run.id) == str(flow_run_id):
            flow_run, flow = around.run, flow or around.flow
    return PrefectLogAdapter(
        get_logger(TASK_RUNS),
        extra={
            "task_run_id": str(task_run.id),
            "flow_run_id": str(flow_run_id) if flow_run_id else None,
            "task_run_name": task_run.name,
            "task_name": task.name if task else UNKNOWN,
            "flow_run_name": flow_run.name if flow_run else UNKNOWN,
            "flow_name": flow.name if flow else UNKNOWN,
            **kwargs,
        },
    )


def get_worker_logger(worker: Any, name: str | None = None) -> logging.Logger | _Adapter:
    """The logger of a worker; with the worker's id on its records once the server has given it one."""
    logger = get_logger(name or f"workers.{cast(Any, type(worker)).type}.{worker.name.lower()}")
    worker_id = getattr(worker, "backend_id", None)
    if not worker_id:
        return logger
    facts = {
        "worker_id": str(worker_id),
        "worker_name": worker.name,
        "work_pool_name": getattr(worker, "_work_pool_name", UNKNOWN),
        "work_pool_id": str(getattr(getattr(worker, "_work_pool", None), "id", UNKNOWN)),
    }
    return PrefectLogAdapter(logger, extra=facts)


@contextmanager
def disable_logger(name: str) -> Generator[None, None, None]:
    """Silence one logger inside the block."""
    logger = logging.getLogger(name)
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


@contextmanager
def disable_run_logger() -> Generator[None, None, None]:
    """Silence the loggers of runs inside the block: functions that log can then be tested outside of runs."""
    with disable_logger(FLOW_RUNS), disable_logger(TASK_RUNS):
        yield


class LogEavesdropper(logging.Handler):
    """Listens to a logger inside a ``with`` block and keeps its lines.

    >>> with LogEavesdropper("my_logger") as heard:
    ...     logging.getLogger("my_logger").warning("careful")
    >>> heard.text()
    '[WARNING]: careful'
    """

    def __init__(self, eavesdrop_on: str, level: int = logging.NOTSET) -> None:
        super().__init__(level=level)
        self.eavesdrop_on = eavesdrop_on
        self._lines: list[str] = []
        self.setFormatter(logging.Formatter("[%(levelname)s]: %(message)s"))

    def __enter__(self) -> Self:
        logging.getLogger(self.eavesdrop_on).addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger(self.eavesdrop_on).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

    def text(self) -> str:
        """The lines so far, one under the other."""
        return "\n".join(self._lines)


__all__ = [
    "LogEavesdropper",
    "PrefectLogAdapter",
    "disable_logger",
    "disable_run_logger",
    "flow_run_logger",
    "get_logger",
    "get_run_logger",
    "get_worker_logger",
    "patch_print",
    "print_as_log",
    "task_run_logger",
]
