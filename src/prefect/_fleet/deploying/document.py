"""``prefect.yaml``: read with the lines of everything in it, checked, and written with its comments kept."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from prefect._base import lazy

ruamel: Any = lazy.module("ruamel.yaml")

Json = dict[str, Any]

_TOP = {"prefect-version", "name", "description", "build", "push", "pull", "deployments", "definitions"}
_STEPS = ("build", "push", "pull")
_DEPLOYMENT = {
    "name",
    "flow_name",
    "version",
    "version_type",
    "tags",
    "description",
    "schedule",
    "schedules",
    "paused",
    "is_schedule_active",
    "concurrency_limit",
    "entrypoint",
    "path",
    "parameters",
    "parameter_openapi_schema",
    "enforce_parameter_schema",
    "work_pool",
    "triggers",
    "sla",
    *_STEPS,
}
_POOL = {"name", "work_queue_name", "job_variables"}
_LIMIT = {"limit", "collision_strategy", "grace_period_seconds"}
_SCHEDULE = {
    "cron",
    "interval",
    "rrule",
    "timezone",
    "anchor_date",
    "day_or",
    "active",
    "parameters",
    "slug",
    "replaces",
    "max_scheduled_runs",
    "catch_up",
    "catch_up_window",
    "overlap",
}


class BadDocument(ValueError):
    """The file does not say what it should; the message begins with its path and the line."""


class Document:
    """A ``prefect.yaml``. `data` is what stands in it, with comments and lines."""

    def __init__(self, path: Path, data: Any) -> None:
        self.path = path
        self.data = data

    @property
    def entries(self) -> list[Json]:
        """Its deployments, as plain values."""
        return [cast(Json, plain(each)) for each in self.data.get("deployments") or []]

    def steps(self, kind: str) -> list[Json] | None:
        """The steps that hold for all of its deployments; None if it says nothing of them."""
        found = self.data.get(kind)
        return None if found is None else cast("list[Json]", plain(found))

    def where(self, number: int) -> str:
        """The place of a deployment in the file: ``prefect.yaml:12``."""
        return f"{self.path}:{_line_of_item(self.data.get('deployments'), number)}"

    def save(self, entry: Json) -> None:
        """Write a deployment into the file, in the place of the one of its name and entrypoint."""
        entries: Any = self.data.get("deployments")
        if not entries:
            entries = self.data["deployments"] = []
        for known in entries:
            if (known.get("name"), known.get("entrypoint")) == (entry.get("name"), entry.get("entrypoint")):
                _update(known, entry)
                break
        else:
            entries.append({key: value for key, value in entry.items() if value is not None})
        self.write()

    def write(self) -> None:
        """Write the file, or leave it as it was if that fails."""
        text = io.StringIO()
        _yaml().dump(self.data, text)
        place = self.path.with_name(f".{self.path.name}.new")
        place.write_text(text.getvalue(), encoding="utf-8")
        place.replace(self.path)


def read(path: Path) -> Document:
    """A file, checked; raises `BadDocument`, and `FileNotFoundError` if it is not there."""
    text = path.read_text(encoding="utf-8")
    try:
        data = _yaml().load(text)
    except ruamel.error.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise BadDocument(f"{path}:{line}: this is no YAML: {error.problem}") from error
    if data is None:
        data = _yaml().load("{}\n")
        data.fa.set_block_style()
    if not isinstance(data, Mapping):
        raise BadDocument(f"{path}:1: the file is to hold names and values, not {_kind(data)}.")
    _check(path, data)
    return Document(path, data)


def empty(path: Path) -> Document:
    """A file that is not there yet."""
    data = _yaml().load("deployments: []\n")
    data["deployments"].fa.set_block_style()
    return Document(path, data)


def plain(value: Any) -> Any:
    """A value without comments and lines."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [plain(inner) for inner in cast("Sequence[Any]", value)]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def _yaml() -> Any:
    made = ruamel.YAML(typ="rt")
    made.indent(mapping=2, sequence=4, offset=2)
    made.preserve_quotes = True
    made.width = 110
    return made


def _update(known: Any, entry: Json) -> None:
    """Set what differs, so that the comments of all else stay."""
    for key, value in entry.items():
        if plain(known.get(key)) == value:
            continue
        if isinstance(known.get(key), dict) and isinstance(value, dict):
            _update(known[key], cast(Json, value))
        else:
            known[key] = value


# ------------------------------------------------------------------ checks


def _check(path: Path, data: Any) -> None:
    _check_keys(path, data, _TOP, "")
    for kind in _STEPS:
        _check_steps(path, data, kind)
    deployments = data.get("deployments")
    if deployments is None:
        return
    if not _is_list(deployments):
        raise _bad(path, data, "deployments", f"`deployments` is to be a list, not {_kind(deployments)}.")
    for number, entry in enumerate(deployments):
        line = _line_of_item(deployments, number)
        if not isinstance(entry, Mapping):
            raise BadDocument(f"{path}:{line}: a deployment has names and values, it is not {_kind(entry)}.")
        _check_entry(path, cast("Mapping[str, Any]", entry), line)


def _check_entry(path: Path, entry: Mapping[str, Any], line: int) -> None:
    what = f" of deployment {entry['name']!r}" if entry.get("name") else " of a deployment"
    _check_keys(path, entry, _DEPLOYMENT, what)
    for kind in _STEPS:
        _check_steps(path, entry, kind)
    for key, known in (("work_pool", _POOL), ("concurrency_limit", _LIMIT)):
        inner = entry.get(key)
        if isinstance(inner, Mapping):
            _check_keys(path, inner, known, f" below `{key}`{what}")
    for key in ("parameters", "work_pool"):
        if entry.get(key) is not None and not isinstance(entry[key], Mapping) and not _is_text(entry[key]):
            raise _bad(path, entry, key, f"`{key}` has names and values, it is not {_kind(entry[key])}.")
    for key in ("tags", "triggers", "schedules"):
        if entry.get(key) is not None and not _is_list(entry[key]) and not _is_text(entry[key]):
            raise _bad(path, entry, key, f"`{key}` is to be a list, not {_kind(entry[key])}.")
    if entry.get("schedule") is not None and entry.get("schedules") is not None:
        raise _bad(path, entry, "schedule", "Give either `schedule` or `schedules`.")
    for schedule in [entry.get("schedule"), *(entry.get("schedules") or [])]:
        if schedule is None or _is_text(schedule):
            continue
        if not isinstance(schedule, Mapping):
            raise _bad(
                path, entry, "schedules", f"A schedule has names and values, it is not {_kind(schedule)}."
            )
        _check_keys(path, schedule, _SCHEDULE, f" of a schedule{what}")
        kinds = [kind for kind in ("cron", "interval", "rrule") if schedule.get(kind) is not None]
        if len(kinds) != 1:
            at = _first_line(cast(Any, schedule), line)
            raise BadDocument(f"{path}:{at}: a schedule has exactly one of cron, interval and rrule.")


def _check_keys(path: Path, mapping: Any, known: set[str], what: str) -> None:
    for key in mapping:
        if key not in known and not str(key).startswith(("x-", ".")):
            close = _close(str(key), known)
            hint = f" Did you mean {close!r}?" if close else f" There are: {', '.join(sorted(known))}."
            raise _bad(path, mapping, key, f"There is no key {str(key)!r}{what}.{hint}")


def _check_steps(path: Path, mapping: Any, kind: str) -> None:
    steps = mapping.get(kind)
    if steps is None or _is_text(steps):
        return
    if not _is_list(steps):
        raise _bad(path, mapping, kind, f"`{kind}` is a list of steps, not {_kind(steps)}.")
    for number, step in enumerate(steps):
        if step is None:
            continue
        line = _line_of_item(steps, number)
        if not isinstance(step, Mapping) or len(step) != 1:
            raise BadDocument(
                f"{path}:{line}: a step has one key, the full name of its function, with its inputs indented"
                " below it."
            )
        ((name, given),) = step.items()
        if given is not None and not isinstance(given, Mapping):
            raise BadDocument(f"{path}:{line}: the inputs of step {name} are `name: value` below it.")
        if "." not in str(name):
            raise BadDocument(
                f"{path}:{line}: there is no step {name!r}; give its full name, module and all."
            )


def _bad(path: Path, mapping: Any, key: Any, message: str) -> BadDocument:
    try:
        line = mapping.lc.key(key)[0] + 1
    except (AttributeError, KeyError, TypeError):
        line = _first_line(mapping, 1)
    return BadDocument(f"{path}:{line}: {message}")


def _first_line(value: Any, otherwise: int) -> int:
    line = getattr(getattr(value, "lc", None), "line", None)
    return otherwise if line is None else line + 1


def _line_of_item(items: Any, number: int) -> int:
    try:
        return items.lc.item(number)[0] + 1
    except (AttributeError, KeyError, TypeError):
        return 1


def _close(word: str, known: set[str]) -> str | None:
    import difflib

    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.7)), None)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "names and values"
    return "a list" if _is_list(value) else f"{plain(value)!r}"
