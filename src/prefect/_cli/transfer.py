"""``prefect transfer``: copy what is kept under one profile to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import render, session
from prefect._cli.command import Command, Flag
from prefect._cli.errors import CommandError
from prefect._cli.tables import Cell, Column

contexts: Any = lazy.module("prefect.settings.context")
profiles: Any = lazy.module("prefect.settings.profiles")
settings: Any = lazy.module("prefect.settings")
stores: Any = lazy.module("prefect._store.current")
things: Any = lazy.module("prefect._cli.transferring")


def transfer(
    *,
    from_profile: Annotated[str, Flag("--from", help="The profile to copy from.")],
    to_profile: Annotated[str, Flag("--to", help="The profile to copy to.")],
) -> None:
    """Copy blocks, variables, limits, work pools, flows, deployments and automations to another profile.

    What is there already under the same name is left as it is. Runs, logs and artifacts are not copied.
    """
    for name in (from_profile, to_profile):
        if name not in profiles.load_profiles():
            raise CommandError(f"Unknown profile '{name}'. 'prefect profile ls' lists those that exist.")
    with _profile(from_profile):
        source = _place()
    with _profile(to_profile):
        target = _place()
    if source == target:
        raise CommandError(f"Profiles '{from_profile}' and '{to_profile}' both lead to {source}.")
    with _profile(from_profile):
        found = things.read()
    count = sum(len(each.items) for each in found)
    if not count:
        render.line(f"There is nothing to copy in {source}.")
        return
    if session.is_interactive():
        render.agreed(f"Copy up to {count} things from {source} to {target}?")
    with _profile(to_profile):
        done = things.write(found)
    _report(done)


app = Command("transfer", transfer)


@contextmanager
def _profile(name: str) -> Iterator[None]:
    with contexts.use_profile(name, override_environment_variables=True, include_current_context=False):
        yield


def _place() -> str:
    """Where the profile that holds leads."""
    url: str | None = settings.active()["api.url"]
    return url.rstrip("/") if url else stores.shown(stores.named())


def _report(done: list[Any]) -> None:
    rows = [
        (
            each.title,
            len(each.copied),
            len(each.skipped),
            Cell(str(len(each.failed)), style="red" if each.failed else None),
        )
        for each in done
        if each.copied or each.skipped or each.failed
    ]
    columns = ("Kind", *(Column(name, right=True) for name in ("Copied", "There already", "Failed")))
    render.table(columns, rows)
    failed = [(each.title, name, reason) for each in done for name, reason in each.failed.items()]
    for title, name, reason in failed:
        render.aside(f"{title}: {name}: {reason}")
    if failed:
        raise CommandError(f"{len(failed)} could not be copied.")
    render.success("Done.")
