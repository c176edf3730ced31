"""``prefect deployment schedule``: when deployments run by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from prefect._base import lazy
from prefect._base.errors import NotFound, OperationError
from prefect._cli import client, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError, UsageError
from prefect._cli.tables import Column

entries: Any = lazy.module("prefect._fleet.deploying.entries")

Json = dict[str, Any]
app = Group("schedule", "Manage when deployments run by themselves.")
Name = Annotated[str, Flag("--deployment-name", help="A deployment, as FLOW/DEPLOYMENT.")]
Yes = Annotated[bool, Flag("--accept-yes", "-y", off=("--no-accept-yes",), help="Do it without asking.")]


@app.command("create")
def create(
    name: Annotated[str, Flag(help="A deployment, as FLOW/DEPLOYMENT.")],
    *,
    interval: Annotated[float | None, Flag(help="Seconds between runs.")] = None,
    anchor_date: Annotated[str | None, Flag(help="An instant at which an interval begins.")] = None,
    rrule: Annotated[str | None, Flag(help="A recurrence rule.")] = None,
    cron: Annotated[str | None, Flag(help="A cron expression.")] = None,
    day_or: Annotated[
        bool, Flag("--day_or", off=("--no-day_or",), help="Days of the month or of the week, not both.")
    ] = True,
    timezone: Annotated[str | None, Flag(help="The time zone of the schedule.")] = None,
    active: Annotated[bool, Flag(help="Whether it makes runs.")] = True,
    replace: Annotated[bool, Flag(help="Remove the schedules that the deployment has.")] = False,
    assume_yes: Yes = False,
) -> None:
    """Give a deployment a schedule."""
    if sum(each is not None for each in (interval, rrule, cron)) != 1:
        raise CommandError("Give exactly one of --interval, --rrule and --cron.")
    if anchor_date is not None and interval is None:
        raise CommandError("--anchor-date goes with --interval.")
    wanted: Json = {
        "interval": interval,
        "anchor_date": anchor_date,
        "rrule": rrule,
        "cron": cron,
        "day_or": day_or,
        "timezone": timezone,
        "active": active,
    }
    try:
        (made,) = entries.schedules_of({"schedules": [wanted]})
    except ValueError as wrong:
        raise CommandError(f"That is no schedule: {wrong}") from None
    deployment = read(name)
    had = deployment["schedules"]
    if replace and had:
        render.agreed(f"Replace {_count(had)} of '{name}'?", yes=assume_yes)
    try:
        body = [made.model_dump(mode="json", exclude_unset=True)]
        (created,) = client.call("deployments.create_schedules", id=deployment["id"], body=body)
    except OperationError as refused:
        raise CommandError(f"The schedule is refused: {refused}") from None
    if replace:
        for each in had:
            _remove(deployment, each["id"])
        render.success(f"Replaced {_count(had)} of '{name}' by schedule '{created['id']}'.")
    else:
        render.success(f"Created schedule '{created['id']}' of deployment '{name}'.")


@app.command("ls")
def ls(deployment_name: Name, *, output: Output = None) -> None:
    """List the schedules of a deployment."""
    as_json = render.wants_json(output)
    found = read(deployment_name)["schedules"]
    if as_json:
        render.json_value(found)
        return
    rows = [
        (each["id"], said(each["schedule"]), "yes" if each["active"] else "no", each["slug"])
        for each in found
    ]
    columns = (Column("ID", whole=True), "Schedule", "Active", "Slug")
    render.table(columns, rows, title="Schedules")


@app.command("delete")
def delete(
    deployment_name: Name,
    schedule_id: Annotated[UUID, Flag("--schedule-id", help="The id of the schedule.")],
    *,
    assume_yes: Yes = False,
) -> None:
    """Remove a schedule."""
    deployment = read(deployment_name)
    schedule = _one(deployment, deployment_name, schedule_id)
    render.agreed(f"Remove the schedule {said(schedule['schedule'])} of '{deployment_name}'?", yes=assume_yes)
    _remove(deployment, schedule["id"])
    render.success(f"Deleted schedule '{schedule_id}' of deployment '{deployment_name}'.")


@app.command("clear")
def clear(deployment_name: Name, *, assume_yes: Yes = False) -> None:
    """Remove all schedules of a deployment."""
    deployment = read(deployment_name)
    if deployment["schedules"]:
        render.agreed(f"Remove {_count(deployment['schedules'])} of '{deployment_name}'?", yes=assume_yes)
    for each in deployment["schedules"]:
        _remove(deployment, each["id"])
    render.success(f"Deleted {_count(deployment['schedules'])} of deployment '{deployment_name}'.")


_SomeName = Annotated[str | None, Flag("--deployment_name", help="A deployment, as FLOW/DEPLOYMENT.")]
_SomeId = Annotated[UUID | None, Flag("--schedule_id", help="The id of a schedule.")]
_All = Annotated[bool, Flag("--all", help="All schedules of all deployments.")]


@app.command("pause")
def pause(deployment_name: _SomeName = None, schedule_id: _SomeId = None, *, _all: _All = False) -> None:
    """Have a schedule make no more runs, or all of them."""
    _switch(deployment_name, schedule_id, _all, active=False)


@app.command("resume")
def resume(deployment_name: _SomeName = None, schedule_id: _SomeId = None, *, _all: _All = False) -> None:
    """Have a paused schedule make runs again, or all of them."""
    _switch(deployment_name, schedule_id, _all, active=True)


def _switch(name: str | None, schedule_id: UUID | None, everything: bool, *, active: bool) -> None:
    word = "resume" if active else "pause"
    if everything:
        if name is not None or schedule_id is not None:
            raise CommandError("Give either --all, or a deployment and a schedule.")
        found = client.listed("deployments.filter", {"sort": "NAME_ASC"}, limit=None)
        todo = [(each, one) for each in found for one in each["schedules"] if one["active"] is not active]
        if todo:
            render.agreed(f"Really {word} {_count(todo)} of all deployments?")
        for deployment, schedule in todo:
            _set(deployment, schedule["id"], active)
        render.success(f"{word.capitalize()}d {_count(todo)}.")
        return
    if name is None or schedule_id is None:
        raise UsageError("Give a deployment and the id of its schedule, or --all.")
    deployment = read(name)
    schedule = _one(deployment, name, schedule_id)
    if schedule["active"] is active:
        render.line(f"Schedule '{schedule_id}' is {'active' if active else 'paused'} already.")
        return
    _set(deployment, schedule["id"], active)
    render.success(f"{word.capitalize()}d schedule '{schedule_id}' of deployment '{name}'.")


# ------------------------------------------------------------------ what these and others share


def read(name: str) -> Json:
    """The deployment of a name, as FLOW/DEPLOYMENT; raises `CommandError` if there is none."""
    flow_name, slash, deployment_name = name.partition("/")
    if not (flow_name and slash and deployment_name):
        raise CommandError(f"{name!r} names no deployment. Write it as FLOW/DEPLOYMENT.")
    try:
        return client.call("deployments.read_by_name", flow_name=flow_name, deployment_name=deployment_name)
    except NotFound:
        raise CommandError(
            f"Deployment '{name}' not found! 'prefect deployment ls' lists those that exist."
        ) from None


def said(schedule: Mapping[str, Any]) -> str:
    """A schedule in a few words."""
    zone = f" ({schedule['timezone']})" if schedule.get("timezone") else ""
    if schedule.get("cron") is not None:
        return f"cron: {schedule['cron']}{zone}"
    if schedule.get("interval") is not None:
        return f"interval: {schedule['interval']:g}s{zone}"
    return f"rrule: {schedule['rrule']}{zone}"


def _one(deployment: Json, name: str, schedule_id: UUID) -> Json:
    for each in deployment["schedules"]:
        if each["id"] == str(schedule_id):
            return each
    raise CommandError(f"Deployment '{name}' has no schedule '{schedule_id}'.")


def _set(deployment: Json, schedule_id: str, active: bool) -> None:
    client.call(
        "deployments.update_schedule", id=deployment["id"], schedule_id=schedule_id, body={"active": active}
    )


def _remove(deployment: Json, schedule_id: str) -> None:
    client.call("deployments.delete_schedule", id=deployment["id"], schedule_id=schedule_id)


def _count(found: list[Any]) -> str:
    return f"{len(found)} schedule{'' if len(found) == 1 else 's'}"
