"""``prefect events``: watch what happens, and tell what did."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Any, Literal

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Flag, Group
from prefect._cli.errors import CommandError

json: Any = lazy.module("json")
clients: Any = lazy.module("prefect.events.clients")
utilities: Any = lazy.module("prefect.events.utilities")
worker: Any = lazy.module("prefect.events.worker")
streams: Any = lazy.module("prefect._link.streams")

app = Group("events", "Watch what happens, and tell what did.")


@app.command("stream")
def stream(
    *,
    format: Annotated[Literal["json", "text"], Flag(help="json or text.")] = "json",
    output_file: Annotated[str | None, Flag(help="A file to write to instead.")] = None,
    account: Annotated[bool, Flag(help="Events of the whole account, with Prefect Cloud only.")] = False,
    run_once: Annotated[bool, Flag(help="End after one event.")] = False,
) -> None:
    """Show events as they happen, each on a line."""
    try:
        asyncio.run(_stream(format, output_file, account, run_once))
    except KeyboardInterrupt:
        return
    except (OSError, streams.Refused) as error:
        raise CommandError(f"Events cannot be heard: {error}") from error


async def _stream(format: str, output_file: str | None, account: bool, run_once: bool) -> None:
    async with _subscriber(account) as subscriber:
        async for event in subscriber:
            text = event.model_dump_json() if format == "json" else _line(event)
            if output_file is None:
                render.line(text)
                sys.stdout.flush()
            else:
                with open(output_file, "a", encoding="utf-8") as file:
                    file.write(text + "\n")
            if run_once:
                return


def _subscriber(account: bool) -> Any:
    if not account:
        return clients.get_events_subscriber()
    try:
        return clients.PrefectCloudAccountEventSubscriber()
    except ValueError as error:
        raise CommandError(f"--account is for Prefect Cloud: {error}") from None


def _line(event: Any) -> str:
    return f"{event.occurred.isoformat(timespec='seconds')} {event.event} {event.resource.id}"


@app.command("emit")
def emit(
    event: Annotated[str, Flag(help="What happened, such as 'order.received'.")],
    *,
    resource: Annotated[
        list[str] | None,
        Flag("--resource", "-r", help="A label 'key=value' of what it happened to, or all as JSON."),
    ] = None,
    resource_id: Annotated[str | None, Flag(help="The id of what it happened to.")] = None,
    related: Annotated[str | None, Flag(help="What else takes part: JSON, an object or a list.")] = None,
    payload: Annotated[
        str | None, Flag("--payload", "-p", help="Whatever else is known: a JSON object.")
    ] = None,
) -> None:
    """Tell that something happened."""
    labels = _labels(resource or [])
    if resource_id is not None:
        labels["prefect.resource.id"] = resource_id
    if not labels.get("prefect.resource.id"):
        raise CommandError(
            "Tell what it happened to: --resource-id ID, or --resource prefect.resource.id=ID."
        )
    others = _parsed(related, "related") if related else []
    others = [others] if isinstance(others, dict) else others
    details = _parsed(payload, "payload") if payload else {}
    if not isinstance(details, dict):
        raise CommandError("The payload is a JSON object, such as '{\"amount\": 3}'.")
    try:
        told = utilities.emit_event(event, labels, related=others, payload=details)
    except ValueError as error:
        raise CommandError(f"That is no event: {error}") from error
    worker.EventsWorker.instance().wait_until_empty()
    render.success(f"Successfully emitted event '{event}' with ID {told.id}")


def _labels(given: list[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for each in given:
        if each.lstrip().startswith("{"):
            labels.update({str(key): str(value) for key, value in _parsed(each, "resource").items()})
            continue
        name, sign, value = each.partition("=")
        if not sign:
            raise CommandError(f"{each!r} is no label: write it as key=value.")
        labels[name.strip()] = value
    return labels


def _parsed(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CommandError(f"The {what} is not JSON: {error}") from error
