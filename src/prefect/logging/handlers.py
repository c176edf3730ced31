"""Where records go: the console, and the log of the run in the store."""

from __future__ import annotations

import logging
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any, TextIO

from prefect._base import clock, ids, lazy
from prefect._base.drive import drive
from prefect._base.records import LogLine
from prefect._engine import scope
from prefect.exceptions import MissingContextError
from prefect.logging._colors import colored

choose: Any = lazy.module("prefect._link.choose")
settings: Any = lazy.module("prefect.settings")
rich_console: Any = lazy.module("prefect.logging._rich")

_TRUNCATED = "... [truncated]"
_sink: Callable[[dict[str, Any]], None] | None = None


def set_api_log_sink(sink: Callable[[dict[str, Any]], None] | None) -> None:
    """Send the lines of this process to `sink` instead of the store; None undoes it."""
    global _sink
    _sink = sink


def emit_api_log(log: dict[str, Any]) -> None:
    """Hand over a line that was prepared in another process."""
    choose.blocking().record(
        LogLine(
            str(log.get("id") or ids.new_id()),
            clock.from_iso(log["timestamp"]),
            log["level"],
            log["name"],
            log["message"],
            log.get("flow_run_id"),
            log.get("task_run_id"),
            log.get("worker_id"),
        )
    )


class APILogHandler(logging.Handler):
    """Hands the records of runs over to the store or the server, without ever waiting for it."""

    _used = False

    def emit(self, record: logging.LogRecord) -> None:
        try:
            values = settings.active()
            if not values["logging.to_api.enabled"] or not getattr(record, "send_to_api", True):
                return
            line = self._line(record, values["logging.to_api.max_log_size"])
            if _sink is not None:
                _sink(_as_dict(line))
                return
            APILogHandler._used = True
            choose.blocking().record(line)
        except Exception:  # noqa: BLE001 - whatever goes wrong with a line, the user's code goes on
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say on stderr what went wrong. A line without a run is treated as the settings say."""
        error = sys.exc_info()[1]
        if not isinstance(error, MissingContextError):
            print("Error while handing a log line over:", file=sys.stderr)
            traceback.print_exception(error, file=sys.stderr)
            return
        wanted = settings.active()["logging.to_api.when_missing_flow"]
        if wanted == "error":
            raise error
        if wanted == "warn":
            warnings.warn(
                f"{error} Set PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW=ignore to silence this.", stacklevel=8
            )

    def prepare(self, record: logging.LogRecord) -> dict[str, Any]:
        """The line as the API takes it. Raises `MissingContextError` if the record belongs to no run."""
        return _as_dict(self._line(record, settings.active()["logging.to_api.max_log_size"]))

    def _line(self, record: logging.LogRecord, max_size: int) -> LogLine:
        flow_run_id, task_run_id = _runs_of(record)
        return LogLine(
            ids.new_id(),
            int(record.created * 1_000_000),
            record.levelno,
            record.name,
            _cut(self._message(record), max_size),
            flow_run_id,
            task_run_id,
        )

    def _message(self, record: logging.LogRecord) -> str:
        if self.formatter is None and not record.exc_info and not record.stack_info:
            return record.getMessage()
        return self.format(record)

    def flush(self) -> None:
        """Wait until the lines so far are safe."""
        if APILogHandler._used and not _ending:
            drive(choose.blocking().flush())

    @classmethod
    async def aflush(cls) -> None:
        """Wait until the lines so far are safe, without blocking the event loop."""
        if APILogHandler._used:
            await choose.awaiting().flush()


class WorkerAPILogHandler(APILogHandler):
    """Hands over the records of workers that the server knows; other workers keep theirs to themselves."""

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "worker_id", None) is not None:
            super().emit(record)

    def _line(self, record: logging.LogRecord, max_size: int) -> LogLine:
        message = self.format(record)
        if _size(message, max_size) > max_size:
            raise ValueError(f"A log line of a worker is larger than the {max_size} bytes that are allowed.")
        at_us = int(record.created * 1_000_000)
        worker_id: Any = getattr(record, "worker_id", None)
        return LogLine(
            ids.new_id(),
            at_us,
            record.levelno,
            record.name,
            message,
            None,
            None,
            worker_id and str(worker_id),
        )


def _runs_of(record: logging.LogRecord) -> tuple[str | None, str | None]:
    flow_run_id: Any = getattr(record, "flow_run_id", None)
    task_run_id: Any = getattr(record, "task_run_id", None)
    if flow_run_id is None and task_run_id is None:
        context: Any = scope.innermost()
        if context is None:
            raise MissingContextError(
                f"Logger {record.name!r} sends its lines to the API, and this one belongs to no run."
            )
        if hasattr(context, "task"):
            return context.run.flow_run_id, context.run.id
        return context.run.id, None
    return (
        None if flow_run_id is None else str(flow_run_id),
        None if task_run_id is None else str(task_run_id),
    )


def _size(message: str, limit: int) -> int:
    """The bytes of a message; no more than an estimate while it is surely below the limit."""
    return len(message) if len(message) * 4 <= limit else len(message.encode("utf-8", "surrogatepass"))


def _cut(message: str, max_size: int) -> str:
    if _size(message, max_size) <= max_size:
        return message
    kept = message.encode("utf-8", "surrogatepass")[: max(0, max_size - len(_TRUNCATED))]
    return kept.decode("utf-8", "ignore") + _TRUNCATED


def _as_dict(line: LogLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "flow_run_id": line.flow_run_id,
        "task_run_id": line.task_run_id,
        "worker_id": line.worker_id,
        "name": line.name,
        "level": line.level,
        "message": line.message,
        "timestamp": clock.to_iso(line.at_us),
    }


class PrefectConsoleHandler(logging.StreamHandler[TextIO]):
    """Lines on the terminal, in colour if it is one.

    Without a `stream` it writes to what `sys.stderr` is at the time. A `highlighter` of one's own, `styles`
    and the setting `logging.markup` bring in the rich library.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        highlighter: Any = None,
        styles: dict[str, str] | None = None,
        level: int | str = logging.NOTSET,
    ) -> None:
        super().__init__(stream)
        self._stream = stream
        self.setLevel(level)
        values = settings.active()
        self._colors: bool = values["logging.colors"]
        self._console: Any = None
        self._known_stream: TextIO | None = None  # asking a stream what it is costs more than writing to it
        self._known_terminal = False
        if highlighter is not None or styles or values["logging.markup"]:
            self._console = rich_console.Console(
                highlighter, styles or {}, colors=self._colors, markup=values["logging.markup"]
            )

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
            stream = self._stream or sys.stderr
            if stream is None:  # a process without a terminal may have none
                return
            if self._console is not None:
                self._console.print(line, stream)
                return
            if stream is not self._known_stream:
                self._known_stream, self._known_terminal = stream, stream.isatty()
            if self._colors and self._known_terminal:
                line = colored(line)
            stream.write(line + "\n")
            stream.flush()
        except RecursionError:
            raise
        except Exception:  # noqa: BLE001 - whatever goes wrong with a line, the user's code goes on
            self.handleError(record)

    def setStream(self, stream: TextIO | None) -> TextIO | None:
        before, self._stream = self._stream, stream
        return before


_ending = False


def stop_flushing() -> None:
    """From here on the link alone sees to the lines that are left: the interpreter is about to end."""
    global _ending
    _ending = True
