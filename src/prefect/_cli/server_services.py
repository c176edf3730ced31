"""``prefect server services``: what happens although nobody asks, run apart from the API."""

from __future__ import annotations

import sys
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.background import Background
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

settings: Any = lazy.module("prefect.settings")
keepers: Any = lazy.module("prefect._service.keepers.table")
serving: Any = lazy.module("prefect._api.serve")
logs: Any = lazy.module("prefect.logging.configuration")
stores: Any = lazy.module("prefect._store.current")

READY = "Services started"


def add_to(app: Group) -> None:
    """Make the commands a group of `app`."""
    group = app.group("services", "Run the services of a server apart from its API.")
    group.command("ls", aliases=("list",))(ls)
    group.command("start", aliases=("enable",))(start)
    group.command("stop", aliases=("disable",))(stop)
    group.command("manager", hidden=True)(manager)


def ls(*, output: Output = None) -> None:
    """List the services, and whether the settings let them run."""
    as_json = render.wants_json(output)
    values = settings.active()
    found = [
        {
            "name": each.keeper.name,
            "enabled": each.keeper.is_enabled(values),
            "setting": each.setting,
            "description": each.description,
        }
        for each in keepers.described()
    ]
    if as_json:
        render.json_value(found)
        return
    rows = [
        (each["name"], "yes" if each["enabled"] else "no", each["setting"] or "-", each["description"])
        for each in found
    ]
    render.table(("Name", "Runs", "Setting", "Description"), rows, title="Services")


def start(
    *,
    background: Annotated[
        bool, Flag("--background", "-b", off=("--no-background",), help="Run them apart from this terminal.")
    ] = False,
) -> None:
    """Run the services without the API, beside servers that were started with --no-services."""
    process = _process()
    if process.running() is not None:
        raise CommandError(
            "Services run in the background already. 'prefect server services stop' ends them."
        )
    if background:
        _start_in_background(process)
        return
    _run()


def manager() -> None:
    """Run the services in this process, whatever runs in the background."""
    _run()


def stop() -> None:
    """Stop the services that run in the background."""
    if _process().stop():
        render.success("Services stopped!")
    else:
        render.line("No services are running in the background.")


def _run() -> None:
    logs.ensure_logging_setup()
    serving.keep(stores.store(), lambda: _say(READY + "."))
    render.line("Services stopped!")


def _start_in_background(process: Background) -> None:
    length = process.log.stat().st_size if process.log.exists() else 0

    def _is_there() -> bool:
        if not process.log.exists():
            return False
        with open(process.log, "rb") as log:
            log.seek(length)
            return READY.encode() in log.read()

    process.start(["server", "services", "start"], _is_there)
    render.success("The services are running in the background. 'prefect server services stop' ends them.")


def _say(text: str) -> None:
    render.line(text)
    sys.stdout.flush()


def _process() -> Background:
    return Background(settings.active()["home"], "services")
