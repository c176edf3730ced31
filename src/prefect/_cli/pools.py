"""What commands on work pools and on work queues share: finding them, their next runs, their slots."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from prefect._base import clock
from prefect._base.errors import NotFound
from prefect._cli import client, render, runs
from prefect._cli.command import Flag
from prefect._cli.errors import CommandError, UsageError
from prefect._cli.tables import Cell, Column

# `-h` is this option's, hence help is `--help` alone
Hours = Annotated[int | None, Flag("--hours", "-h", help="How far to look ahead; one hour if left out.")]
PAUSED = Cell("paused", style="yellow")
_DEFAULT_HOURS = 1
_HOUR_US = 3_600_000_000


def pool(name: str) -> dict[str, Any]:
    """The work pool of that name. Raises `CommandError` if there is none."""
    try:
        return client.call("work_pools.read", name=name)
    except NotFound:
        raise missing_pool(name) from None


def missing_pool(name: str) -> CommandError:
    return CommandError(f"Work pool '{name}' not found! 'prefect work-pool ls' lists those that exist.")


def template(path: str) -> dict[str, Any]:
    """The template of jobs that a JSON file holds. Raises `CommandError`."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise CommandError(f"{path} holds no JSON: {error}.") from None
    if not isinstance(found, dict):
        raise CommandError(f"{path} has to hold a JSON object with job_configuration and variables.")
    return found


def limit_of(thing: Mapping[str, Any]) -> object:
    """How many runs may go on at once, as it is shown."""
    limit = thing["concurrency_limit"]
    return "none" if limit is None else limit


def next_runs(of: Mapping[str, Any], hours: int | None) -> list[dict[str, Any]]:
    """The scheduled runs that a filter finds, up to so many hours ahead, in the order of time."""
    ahead = _DEFAULT_HOURS if hours is None else hours
    if ahead < 1:
        raise UsageError("--hours has to be at least 1.")
    until = clock.to_iso(clock.system.now_us() + ahead * _HOUR_US)
    wanted = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": {"before_": until}}
    body = {**of, "flow_runs": wanted, "sort": "NEXT_SCHEDULED_START_TIME_ASC"}
    return client.listed("flow_runs.filter", body, limit=None)


def show_next_runs(found: list[dict[str, Any]], as_json: bool, of: str) -> None:
    """Print the runs that are going to begin; `of` says of what they are, for when there are none."""
    if as_json:
        render.json_value([runs.as_object(each) for each in found])
        return
    if not found:
        render.line(f"No runs are scheduled for {of}. --hours looks further ahead.")
        return
    rows = [
        (
            _when_due(each),
            each["id"],
            each["name"],
            runs.state_of(each),
            each["deployment_id"],
        )
        for each in found
    ]
    columns = (Column("Due", whole=True), runs.ID, "Name", runs.STATE, Column("Deployment", optional=True))
    render.table(columns, rows)


def _when_due(run: Mapping[str, Any]) -> Cell:
    due = run["next_scheduled_start_time"] or run["expected_start_time"]
    is_late = due is not None and clock.from_iso(due) < clock.system.now_us()
    return render.when(due)._replace(style="red" if is_late else None)


def show_slots(what: str, slots: Mapping[str, Any]) -> None:
    """Print how many slots are taken, and by which runs."""
    limit = slots["concurrency_limit"]
    most = "no limit" if limit is None else f"limit {limit}"
    render.line(f"{what}: {slots['active_slots']} taken, {most}")
    groups = slots.get("queues") or [{"queue_name": None, **slots}]
    rows = [
        (
            *([group["queue_name"]] if "queues" in slots else []),
            run["id"],
            run["name"],
            runs.state_of(run),
            render.when(run["start_time"] or run["state_timestamp"]),
        )
        for group in groups
        for run in group["flow_runs"]
    ]
    if not rows:
        render.line("No flow run takes a slot.")
        return
    columns = (*(["Queue"] if "queues" in slots else []), runs.ID, "Name", runs.STATE, Column("Since"))
    render.table(columns, rows)
