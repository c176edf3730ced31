"""Templates in the parameters of actions: Jinja in a sandbox, bounded in what it may cost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from prefect._base import lazy
from prefect._base.jsontext import dumps
from prefect._wire.operation import JsonObject

if TYPE_CHECKING:
    import jinja2
    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment
else:
    jinja2 = lazy.module("jinja2")
    nodes = lazy.module("jinja2.nodes")

urls: Any = lazy.module("prefect.utilities.urls")
settings: Any = lazy.module("prefect.settings")

MOST_LOOPS, DEEPEST_LOOPS, LONGEST_RANGE = 10, 2, 100
_SOLE = re.compile(r"\s*{{(?P<expression>(?:(?!}}|{{).)*)}}\s*", re.DOTALL)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made: Any = ImmutableSandboxedEnvironment(undefined=ChainableUndefined, autoescape=False)
    made.globals["range"] = _range
    made.filters.update(_FILTERS)
    return made


def _range(*args: int) -> range:
    found = range(*args)
    if len(found) > LONGEST_RANGE:
        raise ValueError(f"A range in a template has at most {LONGEST_RANGE} members.")
    return found


def problem(text: str) -> JsonObject | None:
    """What is wrong with a template, None if nothing is."""
    try:
        _check_loops(_environment().parse(text))
        _environment().from_string(text)
    except jinja2.TemplateSyntaxError as wrong:
        return _told(wrong.lineno, str(wrong.message), text)
    except (ValueError, jinja2.TemplateError) as wrong:
        return _told(1, str(wrong), text)
    return None


def _told(line: int, message: str, source: str) -> JsonObject:
    return {"error": {"line": line, "message": message, "source": source}}


def _check_loops(parsed: Any) -> None:
    loops: list[Any] = list(parsed.find_all(nodes.For))
    if len(loops) > MOST_LOOPS:
        raise ValueError(f"Contains {len(loops)} for loops; a template may have {MOST_LOOPS}.")
    if any(_depth(each) > DEEPEST_LOOPS for each in loops):
        raise ValueError(f"Contains nested for loops deeper than {DEEPEST_LOOPS}.")


def _depth(loop: Any) -> int:
    inner = [each for each in loop.find_all(nodes.For) if each is not loop]
    return 1 + max((_depth(each) for each in inner), default=0)


def is_template(text: str) -> bool:
    return "{{" in text or "{%" in text


def render(text: str, names: Mapping[str, Any]) -> str:
    """The text that a template makes; raises `ValueError` if it cannot."""
    if not is_template(text):
        return text
    try:
        return _environment().from_string(text).render(**names)
    except Exception as wrong:
        raise ValueError(f"The template cannot be rendered: {wrong}") from wrong


def value(text: str, names: Mapping[str, Any]) -> Any:
    """As :func:`render`, but a sole expression gives its value as it is."""
    sole = _SOLE.fullmatch(text)
    if sole is None:
        return render(text, names)
    try:
        found = _environment().compile_expression(sole["expression"], undefined_to_none=True)(**names)
    except Exception as wrong:
        raise ValueError(f"The template cannot be rendered: {wrong}") from wrong
    return plain(found)


def plain(given: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(given, Mapping):
        items = cast("Mapping[Any, Any]", given)
        return {str(key): plain(each) for key, each in items.items()}
    if isinstance(given, list | tuple | set):
        return [plain(each) for each in cast("list[Any]", given)]
    if given is None or isinstance(given, str | int | float | bool):
        return given
    return given.isoformat() if isinstance(given, dt.datetime | dt.date) else str(given)


def filled(given: Any, names: Mapping[str, Any], variables: Mapping[str, Any]) -> Any:
    """A JSON value with its templates filled.

    ``{"__prefect_kind": "jinja" | "json" | "workspace_variable", ...}`` says what a value is.
    """
    if isinstance(given, str):
        return value(given, names) if is_template(given) else given
    if isinstance(given, list):
        return [filled(each, names, variables) for each in cast("list[Any]", given)]
    if not isinstance(given, dict):
        return given
    told = cast("dict[str, Any]", given)
    match told.get("__prefect_kind"):
        case "jinja":
            return render(told.get("template") or "", names)
        case "json":
            from prefect._base.jsontext import loads

            inner = filled(told.get("value"), names, variables)
            return loads(inner) if isinstance(inner, str) else inner
        case "workspace_variable":
            name = str(told.get("variable_name"))
            if name not in variables:
                raise ValueError(f"There is no variable {name!r}.")
            return variables[name]
        case _:
            return {key: filled(each, names, variables) for key, each in told.items()}


def texts_in(given: Any) -> Iterator[str]:
    """The templates in a JSON value."""
    if isinstance(given, str):
        if is_template(given):
            yield given
    elif isinstance(given, list):
        for each in cast("list[Any]", given):
            yield from texts_in(each)
    elif isinstance(given, dict):
        for each in cast("dict[str, Any]", given).values():
            yield from texts_in(each)


# -- filters ------------------------------------------------------------------------------------------


def _ui_url(given: Any) -> str | None:
    """The page of a run, a deployment or another object in the UI."""
    if isinstance(given, Mapping):
        labels = cast("Mapping[str, Any]", given)
        kind, id = labels.get("_kind"), labels.get("id")
        if kind is None and "prefect.resource.id" in labels:
            kind, _, id = str(labels["prefect.resource.id"]).removeprefix("prefect.").rpartition(".")
        if kind and id:
            return urls.url_for(str(kind), str(id), default_base_url=_ui_base())
    return None


def _ui_resource_events_url(given: Any) -> str | None:
    """The page of the events of a resource in the UI."""
    page = _ui_url(given)
    return None if page is None else f"{_ui_base()}/events?resource={page.rpartition('/')[2]}"


def _ui_base() -> str:
    values = settings.active()
    return values["ui_url"] or f"http://{values['server.api.host']}:{values['server.api.port']}"


def _flow_run_id(event: Any) -> str | None:
    """The id of the flow run that an event is about."""
    resources: list[Any] = [event["resource"], *event["related"]]
    for each in resources:
        id = str(each["prefect.resource.id"])
        if id.startswith("prefect.flow-run."):
            return id.removeprefix("prefect.flow-run.")
    return None


def _humanized(given: Any) -> str:
    """A number of seconds, or the time since an instant, in words."""
    from datetime import UTC, datetime

    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    if isinstance(given, datetime):
        return f"{_humanized((datetime.now(UTC) - given).total_seconds())} ago"
    seconds = given.total_seconds() if hasattr(given, "total_seconds") else float(given)
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count != 1 else ''}"
    count = int(seconds)
    return f"{count} second{'s' if count != 1 else ''}"


_FILTERS: Mapping[str, Any] = {
    "tojson": lambda given, **_options: dumps(plain(given)),  # pyright: ignore[reportUnknownLambdaType]
    "ui_url": _ui_url,
    "ui_resource_events_url": _ui_resource_events_url,
    "flow_run_id": _flow_run_id,
    "humanize_delta": _humanized,
    "humanize_timedelta": _humanized,
    "humanize_time": _humanized,
}
