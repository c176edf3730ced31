"""``prefect init``: the beginning of a project, a ``prefect.yaml`` and a ``.prefectignore``."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import given, render, session
from prefect._cli.command import Command, Flag
from prefect._cli.errors import CommandError

base: Any = lazy.module("prefect.deployments.base")
wizard: Any = lazy.module("prefect._cli.wizard")


def init(
    *,
    name: Annotated[
        str | None, Flag(help="The name of the project; that of the directory if left out.")
    ] = None,
    recipe: Annotated[
        str | None, Flag(help="How code gets to workers: local, git, docker and others.")
    ] = None,
    fields: Annotated[
        list[str] | None, Flag("--field", "-f", help="A value that the recipe asks for: NAME=VALUE.")
    ] = None,
) -> None:
    """Begin a project: write prefect.yaml and .prefectignore, unless they are there."""
    values = given.pairs(fields, "--field")
    chosen = recipe
    if chosen is None and session.is_interactive():
        names = sorted(base.RECIPES)
        labels = [f"{each}: {base.RECIPES[each].description}" for each in names]
        chosen = names[wizard.picked("How do workers get the code?", labels)]
    try:
        wanted = base.fields_of(chosen) if chosen is not None else {}
    except ValueError as wrong:
        raise CommandError(str(wrong)) from None
    for field, question in wanted.items():
        if field not in values and session.is_interactive():
            values[field] = wizard.asked(question)
    missing = [field for field in wanted if field not in values]
    if missing:
        known = " ".join(f"--field {field}=..." for field in missing)
        raise CommandError(f"The recipe {chosen!r} needs values: {known}.")
    files = base.initialize_project(name=name, recipe=chosen, inputs=values)
    if not files:
        render.line("Nothing was written: prefect.yaml and .prefectignore are there already.")
        return
    render.success("Began a project; written:")
    for file in files:
        render.line(f"  {file}")


app = Command("init", init)
