"""``prefect deployment backfill``: making the runs of a schedule that are missing in a range."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._cli import client, deployment_schedules, given, moments, render, runs, session
from prefect._cli.command import Flag, Output
from prefect._cli.errors import CommandError
from prefect._cli.tables import Column

clock: Any = lazy.module("prefect._base.clock")
reading: Any = lazy.module("prefect._core.schedule.reading")

Json = dict[str, Any]
# so many runs are made without a question
MANY = 10_000
_OPEN = ("RUNNING", "PAUSED")
_VERBS = {"PAUSED": "paused", "RUNNING": "goes on", "CANCELLED": "ended; runs that were made go on"}


def backfill(
    name: Annotated[str, Flag(help="A deployment, as FLOW/DEPLOYMENT.")],
    *,
    since: Annotated[
        str | None,
        Flag("--from", help="Where the range begins: '2026-06-01'. Without, backfills are listed."),
    ] = None,
    until: Annotated[str | None, Flag("--until", help="Where it ends; now if left out.")] = None,
    schedule: Annotated[
        str | None, Flag(help="The slug or id of the schedule, if there are several.")
    ] = None,
    at_once: Annotated[int | None, Flag(help="How many of its runs go on at once; 10 if left out.")] = None,
    param: Annotated[list[str] | None, Flag("--param", "-p", help="A parameter: NAME=VALUE.")] = None,
    pause: Annotated[bool, Flag(off=(), help="Make no more runs until it is resumed.")] = False,
    resume: Annotated[bool, Flag(off=(), help="Go on after a pause.")] = False,
    cancel: Annotated[bool, Flag(off=(), help="Make no more runs.")] = False,
    id: Annotated[str | None, Flag(help="Which backfill; all that are not over if left out.")] = None,
    yes: Annotated[bool, Flag("--yes", "-y", help="Do not ask, however many runs there are.")] = False,
    output: Output = None,
) -> None:
    """Create the runs of a schedule that are missing in a range, a few at a time; see, pause or end that."""
    as_json = render.wants_json(output)
    status = _status(pause, resume, cancel)
    if since is not None and status is not None:
        raise CommandError(
            "--from begins a backfill; --pause, --resume and --cancel are about one that is there."
        )
    found = deployment_schedules.read(name)
    if since is not None:
        range_ = _range(since, until)
        _agree(found, range_, schedule, yes)
        body = {
            "start_time": clock.to_iso(range_[0]),
            "end_time": clock.to_iso(range_[1]),
            "schedule": schedule,
            "at_once": 10 if at_once is None else at_once,
            "parameters": given.parameters(param, None),
        }
        made = _asked(
            "deployments.backfill", id=found["id"], body=client.checked("deployments.backfill", body)
        )
        _say_begun(made, name, as_json)
    elif status is not None or at_once is not None:
        _change(found, id, {"status": status, "at_once": at_once})
    else:
        _list(found, as_json)


def _status(pause: bool, resume: bool, cancel: bool) -> str | None:
    chosen = [status for status, is_so in zip(_VERBS, (pause, resume, cancel), strict=True) if is_so]
    if len(chosen) > 1:
        raise CommandError("Give one of --pause, --resume and --cancel.")
    return chosen[0] if chosen else None


def _range(since: str, until: str | None) -> tuple[int, int]:
    now = clock.to_datetime(clock.system.now_us()).astimezone()
    try:
        begin, end = (now if each is None else moments.instant(each, now) for each in (since, until))
    except ValueError as wrong:
        raise CommandError(str(wrong)) from None
    return clock.to_us(begin), clock.to_us(end)


def _agree(deployment: Json, range_: tuple[int, int], named: str | None, yes: bool) -> None:
    """Ask whether so many runs are meant, where they are very many. Which schedule is right the API says."""
    chosen = [each for each in deployment["schedules"] if named in (None, each["id"], each["slug"])]
    if len(chosen) != 1:
        return
    known = reading.read(chosen[0]["schedule"])
    count = len(reading.fires(known, range_[0], until_us=range_[1], limit=MANY + 1))
    if count > MANY and not yes:
        if not session.is_interactive():
            raise CommandError(
                f"The range has more than {MANY} instants of the schedule; give --yes if that is meant."
            )
        render.agreed(
            f"The range has more than {MANY} instants of the schedule. Make all their runs?", yes=yes
        )


def _asked(operation: str, **arguments: Any) -> Any:
    try:
        return client.call(operation, **arguments)
    except OperationError as refused:
        raise CommandError(f"The backfill is refused: {refused}") from None


def _say_begun(made: Json, name: str, as_json: bool) -> None:
    if as_json:
        render.json_value(made)
        return
    render.success(f"Began backfill '{made['id']}' of deployment '{name}'.")
    render.line(
        f"Its runs are made {made['at_once']} at once. How far it is, and how it is paused or ended:\n"
    )
    for words in ("", " --pause", " --resume", " --cancel"):
        render.line(f"    prefect deployment backfill '{name}'{words}")


def _change(deployment: Json, id: str | None, changes: Json) -> None:
    there = client.call("deployments.read_backfills", id=deployment["id"])
    chosen = [each for each in there if (each["status"] in _OPEN if id is None else each["id"] == id)]
    if not chosen:
        what = "There is no backfill that is not over" if id is None else f"There is no backfill '{id}'"
        raise CommandError(f"{what}; 'prefect deployment backfill FLOW/DEPLOYMENT' lists them.")
    body = client.checked(
        "deployments.update_backfill", {key: value for key, value in changes.items() if value is not None}
    )
    for each in chosen:
        _asked("deployments.update_backfill", id=deployment["id"], backfill_id=each["id"], body=body)
        told = _VERBS.get(changes["status"] or "", f"makes {changes['at_once']} runs at once")
        render.success(f"Backfill '{each['id']}': {told}.")


def _list(deployment: Json, as_json: bool) -> None:
    there: list[Json] = client.call("deployments.read_backfills", id=deployment["id"])
    if as_json:
        render.json_value(there)
        return
    rows = [
        (
            each["id"],
            each["status"].lower(),
            render.at(each["start_time"]),
            render.at(each["end_time"]),
            each["created_runs"],
            each["skipped_runs"],
        )
        for each in there
    ]
    counts = (Column("Made", right=True), Column("There before", right=True))
    render.table((runs.ID, "Status", "From", "Until", *counts), rows, title="Backfills")
