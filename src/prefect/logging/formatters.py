"""How a record reads: as a line on the console, or as one JSON object."""

from __future__ import annotations

import logging
import traceback
from typing import Any, Literal, cast

from prefect._base import lazy

json: Any = lazy.module("json")

# what a record holds for its own use, besides the facts
_PRIVATE = frozenset({"message", "asctime", "taskName"})


class PrefectFormatter(logging.Formatter):
    """Lines for people; those of flow runs and task runs can have formats of their own."""

    def __init__(
        self,
        format: str | None = None,
        datefmt: str | None = None,
        style: Literal["%", "{", "$"] = "%",
        validate: bool = True,
        *,
        defaults: dict[str, Any] | None = None,
        task_run_fmt: str | None = None,
        flow_run_fmt: str | None = None,
    ) -> None:
        super().__init__(format, datefmt, style, validate, defaults=defaults)
        own = {"prefect.flow_runs": flow_run_fmt, "prefect.task_runs": task_run_fmt}
        self._styles: dict[str, logging.PercentStyle] = {}
        for name, fmt in own.items():
            if fmt:
                self._styles[name] = type(self._style)(fmt, defaults=defaults)  # type: ignore[call-arg]
                if validate:
                    self._styles[name].validate()
        self._second = -1
        self._second_text = ""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return self._styles.get(record.name, self._style).format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        if not datefmt or datefmt != self.datefmt:
            return super().formatTime(record, datefmt)
        second = int(record.created)
        if second != self._second:  # the same for all records of a second
            self._second_text, self._second = super().formatTime(record, datefmt), second
        return self._second_text


def format_exception_info(exc_info: Any) -> dict[str, Any]:
    """An exception as type, message and traceback; all None if there is none."""
    if not exc_info or exc_info[0] is None:
        return {"type": None, "message": None, "traceback": None}
    kind, value, tb = exc_info
    return {
        "type": kind.__name__,
        "message": str(value),
        "traceback": "".join(traceback.format_tb(tb)) or None,
    }


class JsonFormatter(logging.Formatter):
    """One JSON object a record, with a `severity` for log collectors; `pretty` spreads it over lines."""

    def __init__(
        self, fmt: Literal["pretty", "default"] = "default", dmft: str | None = None, style: str = "%"
    ) -> None:
        if fmt not in ("pretty", "default"):
            raise ValueError("Format must be either 'pretty' or 'default'.")
        super().__init__()
        self._indent = 2 if fmt == "pretty" else None

    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in _PRIVATE}
        facts["severity"] = record.levelname
        if record.exc_info:
            facts["exc_info"] = format_exception_info(record.exc_info)
        separators = (",", ": ") if self._indent else (",", ":")
        return json.dumps(_plain(facts), indent=self._indent, separators=separators)


def _plain(value: Any) -> Any:
    """`value` in terms of JSON; what has no form there is named by its type."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in cast(dict[Any, Any], value).items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in cast(list[Any], value)]
    dump = getattr(value, "model_dump", None)
    if dump is not None and not isinstance(value, type):
        return dump(mode="json")
    iso = getattr(value, "isoformat", None)
    if iso is not None:
        return iso()
    if type(value).__module__ in ("uuid", "pathlib", "decimal"):
        return str(value)
    return f"<non-serializable: {type(value).__qualname__}>"
