"""Values that commands take as ``NAME=VALUE`` and as JSON: parameters, job variables, schedules, triggers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

from prefect._base import lazy
from prefect._cli.errors import CommandError

json: Any = lazy.module("json")
ruamel: Any = lazy.module("ruamel.yaml")
documents: Any = lazy.module("prefect._fleet.deploying.document")

Json = dict[str, Any]


def pairs(given: list[str] | None, option: str) -> Json:
    """``NAME=VALUE``, each or several as a JSON object; a value that is no JSON is a text."""
    found: Json = {}
    for each in given or []:
        if each.lstrip().startswith("{"):
            found |= json_object(each, option)
            continue
        name, equals, value = each.partition("=")
        if not (name.strip() and equals):
            raise CommandError(f"{option} is NAME=VALUE, not {each!r}.")
        found[name.strip()] = value_of(value)
    return found


def value_of(text: str) -> Any:
    """A value as JSON, or the text itself if it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def json_object(text: str, option: str) -> Json:
    """A JSON object; raises `CommandError` for what is none."""
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise CommandError(f"{option} has to be JSON: {wrong}.") from None
    if not isinstance(found, dict):
        raise CommandError(f"{option} has to be a JSON object, such as '{{\"name\": 1}}', not {text!r}.")
    return cast(Json, found)


def parameters(param: list[str] | None, params: str | None) -> Json:
    """What ``--params`` says (``-`` for the standard input), and over it ``--param``."""
    given: Json = {}
    if params is not None:
        given = json_object(sys.stdin.read() if params == "-" else params, "--params")
    return {**given, **pairs(param, "--param")}


def schedules(
    cron: list[str] | None,
    interval: list[int] | None,
    rrule: list[str] | None,
    anchor_date: str | None,
    timezone: str | None,
) -> list[Json] | None:
    """The schedules of options; None if there are none."""
    found: list[Json] = [{"cron": each} for each in cron or []]
    for each in interval or []:
        found.append({"interval": each, **({"anchor_date": anchor_date} if anchor_date else {})})
    found += [{"rrule": each} for each in rrule or []]
    if anchor_date and not interval:
        raise CommandError("--anchor-date goes with --interval.")
    if not found:
        if timezone:
            raise CommandError("--timezone goes with --cron, --interval or --rrule.")
        return None
    return [{**each, "timezone": timezone} if timezone else each for each in found]


def triggers(given: list[str] | None) -> list[Json] | None:
    """Triggers of options, as JSON or from files; None if there are none."""
    if not given:
        return None
    found: list[Json] = []
    for each in given:
        if each.endswith((".json", ".yaml", ".yml")):
            found += _of_file(Path(each))
        else:
            found.append(json_object(each, "--trigger"))
    return found


def _of_file(path: Path) -> list[Json]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as wrong:
        raise CommandError(f"The triggers in {path} cannot be read: {wrong.strerror}.") from None
    try:  # JSON is YAML, too
        data = documents.plain(ruamel.YAML(typ="safe").load(text))
    except ruamel.error.YAMLError as wrong:
        raise CommandError(f"{path} can be read neither as YAML nor as JSON: {wrong}") from None
    if isinstance(data, dict) and isinstance(cast(Json, data).get("triggers"), list):
        return cast("list[Json]", cast(Json, data)["triggers"])
    if isinstance(data, list):
        return cast("list[Json]", data)
    raise CommandError(f"{path} has to have a list of triggers below `triggers`.")
