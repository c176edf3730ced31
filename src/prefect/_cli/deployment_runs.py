"""Running a deployment from the command line."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._cli import client, moments, render, runs, watching
from prefect._cli.errors import CommandError

clock: Any = lazy.module("prefect._base.clock")
settings: Any = lazy.module("prefect.settings")

Json = dict[str, Any]


def start_of(start_in: str | None, start_at: str | None) -> datetime.datetime | None:
    """When a run is to start; None for at once. Raises `CommandError` for what is no time."""
    if start_in is not None and start_at is not None:
        raise CommandError("Only one of --start-in and --start-at can be given.")
    if start_in is None and start_at is None:
        return None
    now = clock.to_datetime(clock.system.now_us()).astimezone()
    try:
        return now + moments.span(start_in) if start_in is not None else moments.instant(start_at or "", now)
    except ValueError as wrong:
        raise CommandError(f"Unable to parse scheduled start time: {wrong}") from None


def create(
    deployment: Mapping[str, Any],
    parameters: Json,
    job_variables: Json,
    start: datetime.datetime | None,
    tags: list[str] | None,
    name: str | None,
) -> Json:
    """Create the run and tell about it."""
    _check_names(deployment, parameters)
    details: Json = {}
    if start is not None:
        details["scheduled_time"] = clock.to_iso(clock.to_us(start))
    body: Json = {
        "parameters": parameters,
        "state": {"type": "SCHEDULED", "name": "Scheduled", "state_details": details},
        "tags": tags or [],
    }
    if job_variables:
        body["job_variables"] = job_variables
    if name is not None:
        body["name"] = _named(name, {**deployment["parameters"], **parameters})
    try:
        run = client.call("deployments.create_flow_run", id=deployment["id"], body=body)
    except OperationError as refused:
        raise CommandError(f"The run is refused: {refused}") from None
    _tell(run, parameters, job_variables)
    return run


def watch(run: Json, timeout_s: int | None) -> None:
    """Follow the run to its end; raises `CommandError` unless it completes."""
    ended = watching.follow(run, timeout_s)
    if ended is None:
        raise CommandError(f"Flow run '{run['name']}' has not ended within {timeout_s} seconds.")
    text = f"Flow run finished in state '{ended['state_name']}'."
    if ended["state_type"] != "COMPLETED":
        raise CommandError(text)
    render.success(text)


def _check_names(deployment: Mapping[str, Any], parameters: Json) -> None:
    schema: Json = deployment.get("parameter_openapi_schema") or {}
    known: Json = schema.get("properties") or {}
    unknown = sorted(parameters.keys() - known.keys())
    if schema and unknown and not schema.get("additionalProperties"):
        available = ", ".join(sorted(known)) or "none"
        raise CommandError(
            f"The flow takes no parameters {', '.join(map(repr, unknown))}."
            f" Available parameters: {available}."
        )


def _named(template: str, parameters: Json) -> str:
    try:
        return template.format(**parameters)
    except (KeyError, IndexError, ValueError) as wrong:
        raise CommandError(
            f"--flow-run-name {template!r} cannot be filled in with the parameters: {wrong}."
        ) from None


def _tell(run: Json, parameters: Json, job_variables: Json) -> None:
    render.success(f"Created flow run '{run['name']}'.")
    at = run["expected_start_time"]
    is_now = clock.from_iso(at) <= clock.system.now_us() + 1_000_000
    values = settings.active()
    page = f"{values['ui_url'].rstrip('/')}/runs/flow-run/{run['id']}" if _has_page(values) else None
    render.fields(
        [
            ("UUID", run["id"]),
            ("Parameters", runs.settings_of(parameters) or "{}"),
            ("Job Variables", runs.settings_of(job_variables) or "{}"),
            ("Scheduled start time", f"{render.at(at)} ({'now' if is_now else render.ago(at)})"),
            ("URL", page),
        ]
    )


def _has_page(values: Mapping[str, Any]) -> bool:
    return bool(values["ui_url"] and values["api.url"])
