"""What commands on flow runs and on task runs share: states as people write and see them, ids, times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._base.state import StateType
from prefect._cli import client, render
from prefect._cli.errors import CommandError, UsageError
from prefect._cli.tables import Cell, Column

json: Any = lazy.module("json")
settings: Any = lazy.module("prefect.settings")
webbrowser: Any = lazy.module("webbrowser")

ID = Column("ID", whole=True)
STATE = Column("State", whole=True)
TOOK = Column("Took", optional=True, right=True)

_NOT_FOUND = 404
STYLES: Mapping[str, str] = {
    "SCHEDULED": "yellow",
    "PENDING": "yellow",
    "RUNNING": "cyan",
    "COMPLETED": "green",
    "FAILED": "red",
    "CRASHED": "bold red",
    "CANCELLING": "magenta",
    "CANCELLED": "magenta",
    "PAUSED": "bold yellow",
}
# the names that states have unless somebody thinks of another one
_NAMES = (
    "Scheduled",
    "Late",
    "Resuming",
    "AwaitingRetry",
    "AwaitingConcurrencySlot",
    "Pending",
    "Submitting",
    "InfrastructurePending",
    "Running",
    "Retrying",
    "Paused",
    "Suspended",
    "Completed",
    "Cached",
    "RolledBack",
    "Failed",
    "TimedOut",
    "Crashed",
    "Cancelling",
    "Cancelled",
    "NotReady",
)
_BY_LOWER = {name.lower(): name for name in _NAMES}


def in_states(names: Sequence[str] | None, types: Sequence[str] | None) -> dict[str, Any]:
    """The filter for states of these names and types, whatever their case; {} if none is asked for."""
    wanted: dict[str, Any] = {}
    if names:
        wanted["name"] = {"any_": [_named(name) for name in names]}
    if types:
        wanted["type"] = {"any_": [_typed(type_) for type_ in types]}
    return {"state": wanted} if wanted else {}


def _named(name: str) -> str:
    known = _BY_LOWER.get(name.lower())
    if known is None:
        render.aside(
            f"'{name}' is not one of the usual names of states: {', '.join(_NAMES)}."
            " Runs in a state of exactly this name are listed."
        )
    return known or name


def _typed(type_: str) -> str:
    upper = type_.upper()
    if upper not in StateType.__members__:
        raise CommandError(
            f"Invalid state type '{type_}'. There are {', '.join(StateType.__members__)};"
            " give --state-type several times for several of them."
        )
    return upper


def checked_limit(limit: int) -> int:
    """The limit itself; raises `UsageError` for less than nothing."""
    if limit < 0:
        raise UsageError("--limit cannot be less than 0.")
    return limit


def read(operation: str, what: str, id: str) -> dict[str, Any]:
    """The run of that id. Raises `CommandError` if there is none."""
    try:
        return client.call(operation, id=id)
    except OperationError as refused:
        raise missing(refused, what, id) from None


def missing(refused: OperationError, what: str, id: str) -> Exception:
    """What to raise for a refusal: that there is no such run, or the refusal itself."""
    if refused.status != _NOT_FOUND:
        return refused
    noun = what.lower().replace(" ", "-")
    return CommandError(f"{what} '{id}' not found! 'prefect {noun} ls' lists those that exist.")


def as_object(run: dict[str, Any]) -> dict[str, Any]:
    """The run as ``--output json`` prints it: as the client knows it."""
    state = run.get("state")
    if state is None:
        return run
    return {**run, "state": {"id": state["id"], "created": None, "updated": None, **state}}


def state_of(run: Mapping[str, Any]) -> Cell:
    """The name of the state in the colour of its type."""
    type_ = run["state_type"]
    if type_ is None:
        return Cell("")
    return Cell(run["state_name"] or type_.capitalize(), style=STYLES.get(type_))


def when(run: Mapping[str, Any]) -> Cell:
    """When it started or is going to."""
    return render.when(run["start_time"] or run["expected_start_time"] or run["created"])


def took(run: Mapping[str, Any]) -> str:
    """How long it has been running; nothing for one that has not started."""
    return render.took(run["estimated_run_time"]) if run["start_time"] else ""


def instants(run: Mapping[str, Any]) -> list[tuple[str, object]]:
    """The times of a run for `render.fields`."""
    known = [
        ("Created", run["created"]),
        ("Scheduled", run["next_scheduled_start_time"]),
        ("Started", run["start_time"]),
        ("Ended", run["end_time"]),
    ]
    shown: list[tuple[str, object]] = [
        (name, f"{render.at(instant)} ({render.ago(instant)})") for name, instant in known if instant
    ]
    return [*shown, ("Took", took(run)), ("Runs", run["run_count"] if run["run_count"] > 1 else None)]


def state_fields(run: Mapping[str, Any]) -> list[tuple[str, object]]:
    """The state of a run and its message for `render.fields`."""
    state = run.get("state") or {}
    return [("State", state_of(run)), ("Message", state.get("message"))]


def settings_of(values: Mapping[str, Any]) -> str:
    """Values by their names, one on a line, as JSON."""
    return "\n".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())


def browse(path: str, what: str, id: str) -> None:
    """Open the page of a run in a browser."""
    url = settings.active()["ui_url"]
    if not url:
        raise CommandError(
            "There is no web UI without a server: 'prefect server start', and set PREFECT_API_URL."
        )
    webbrowser.open_new_tab(f"{url}/{path}/{id}")
    render.success(f"Opened {what} '{id}' in the browser.")
