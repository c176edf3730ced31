"""Which events: a filter as a condition of SQL, and as a test of events at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from prefect._base.clock import from_iso, to_us
from prefect._base.errors import Invalid
from prefect._base.jsontext import dumps
from prefect._base.labels import RESOURCE_ID, RESOURCE_ROLE, fits, listed
from prefect._base.terms import found_in
from prefect._service.filtering import conditions as c
from prefect._service.filtering.compile import search
from prefect._store.dialect import Dialect
from prefect._store.sql import Part
from prefect._wire.operation import JsonObject

Filter = Mapping[str, Any]
_DAY_US = 86_400_000_000
_LOOKBACK_DAYS = 180
_SEARCHED = ("event.event", "event.resource", "event.related", "event.payload")


def span(given: Filter, now_us: int, *, is_open: bool = False) -> tuple[int, int | None]:
    """From when to when (both included) the events are; `is_open` where no end stands for none."""
    occurred = part(given, "occurred")
    since, until = occurred.get("since"), occurred.get("until")
    since_us = now_us // _DAY_US * _DAY_US - _LOOKBACK_DAYS * _DAY_US if since is None else _instant(since)
    if until is None:
        return since_us, None if is_open else now_us
    return since_us, _instant(until)


def _instant(told: Any) -> int:
    try:
        return from_iso(told) if isinstance(told, str) else to_us(told)
    except (TypeError, ValueError) as wrong:
        raise Invalid(f"{told!r} is not an instant of ISO 8601: {wrong}") from wrong


def part(given: Filter, key: str) -> Filter:
    """A part of a filter; one that is not there asks for nothing."""
    found: Filter | None = given.get(key)
    return {} if found is None else found


def _all_of(given: Filter, key: str) -> list[Filter]:
    """The filters under a key that may hold one or a list."""
    value: Any = given.get(key)
    if not value:
        return []
    return cast("list[Filter]", value) if isinstance(value, list) else [value]


# -- as SQL -------------------------------------------------------------------------------------------


def where(given: Filter, now_us: int) -> Part:
    """The condition on rows of `event`."""
    since_us, until_us = span(given, now_us)
    parts: list[Part] = [c.compared("event.occurred_us", ">=", since_us)]
    if until_us is not None:
        parts.append(c.compared("event.occurred_us", "<=", until_us))
    parts += _names(part(given, "event"))
    parts += _resource(part(given, "resource"))
    parts += [_related(each) for each in _all_of(given, "related") if _asks(each)]
    parts += [_any_resource(each) for each in _all_of(given, "any_resource") if _asks(each)]
    if ids := part(given, "id").get("id"):
        parts.append(c.one_of("event.id", ids))
    if query := part(given, "text").get("query"):
        parts.append(search(list(_SEARCHED), query))
    return c.every(parts)


def _asks(given: Filter) -> bool:
    return any(given.get(key) for key in ("id", "id_prefix", "role", "resources_in_roles", "labels"))


def _not(part: Part) -> Part:
    return c.Within("NOT {}", c.Group("AND", (part,)))


def _beginning(column: str, prefixes: Iterable[str]) -> Part:
    return c.some([c.begins(column, prefix) for prefix in prefixes])


def _names(given: Filter) -> list[Part]:
    parts: list[Part] = []
    if given.get("prefix"):
        parts.append(_beginning("event.event", given["prefix"]))
    if given.get("exclude_prefix"):
        parts.append(_not(_beginning("event.event", given["exclude_prefix"])))
    if given.get("name"):
        parts.append(c.one_of("event.event", given["name"]))
    if given.get("exclude_name"):
        parts.append(_not(c.one_of("event.event", given["exclude_name"])))
    return parts


def _resource(given: Filter) -> list[Part]:
    parts: list[Part] = []
    if given.get("id"):
        parts.append(c.one_of("event.resource_id", given["id"]))
    if given.get("id_prefix"):
        parts.append(_beginning("event.resource_id", given["id_prefix"]))
    return parts + _labels("event.resource", part(given, "labels"))


def _related(given: Filter) -> Part:
    """One related resource meets all that is asked."""
    each = _Each()
    tests: list[Part] = []
    if given.get("id"):
        tests.append(each.label(RESOURCE_ID, given["id"]))
    if given.get("role"):
        tests.append(each.label(RESOURCE_ROLE, given["role"]))
    if given.get("resources_in_roles"):
        pairs = [
            c.every([each.label(RESOURCE_ID, [id]), each.label(RESOURCE_ROLE, [role])])
            for id, role in given["resources_in_roles"]
        ]
        tests.append(c.some(pairs))
    tests += _labels("member.value", part(given, "labels"))
    found: Part = _OfRelated(c.every(tests))
    if given.get("id"):  # by the index, then in detail
        return c.every([_takes_part(given["id"]), found])
    return found


def _any_resource(given: Filter) -> Part:
    own = c.every(_resource(given))
    if given.get("id") and not given.get("id_prefix") and not given.get("labels"):
        return c.some([own, _takes_part(given["id"])])
    tests: list[Part] = []
    if given.get("id"):
        tests.append(_Each().label(RESOURCE_ID, given["id"]))
    if given.get("id_prefix"):
        tests.append(_Each().beginning(RESOURCE_ID, given["id_prefix"]))
    tests += _labels("member.value", part(given, "labels"))
    return c.some([own, _OfRelated(c.every(tests))])


def _takes_part(ids: list[str]) -> Part:
    return c.Within(
        "event.id IN (SELECT event_related.event_id FROM event_related WHERE {})",
        c.one_of("event_related.resource_id", ids),
    )


class _OfRelated:
    """One of the event's related resources, as ``member``, meets a condition."""

    def __init__(self, inner: Part) -> None:
        self._inner = inner

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        each = (
            "json_array_elements(event.related::json) AS member(value)"
            if dialect.name == "postgres"
            else "json_each(event.related) AS member"
        )
        return f"EXISTS (SELECT 1 FROM {each} WHERE {self._inner.render(dialect, params)})"


class _Each:
    """Conditions on the labels of ``member``."""

    def label(self, name: str, values: list[str]) -> Part:
        return _OfLabel("member.value", name, c.one_of("label.value", values))

    def beginning(self, name: str, prefixes: list[str]) -> Part:
        return _OfLabel("member.value", name, _beginning("label.value", prefixes))


class _OfLabel:
    """The label of a name in a JSON object meets a condition on ``label.value``."""

    def __init__(self, column: str, name: str, inner: Part) -> None:
        self._column, self._name, self._inner = column, name, inner

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        inner = self._inner.render(dialect, params)
        key = f"w{len(params)}"
        params[key] = self._name
        each = (
            f"json_each_text({self._column}::json) AS label(key, value)"
            if dialect.name == "postgres"
            else f"json_each({self._column}) AS label"
        )
        return f"EXISTS (SELECT 1 FROM {each} WHERE label.key = :{key} AND {inner})"


def _labels(column: str, spec: Mapping[str, Any]) -> list[Part]:
    """Each label of `spec` has one of its values."""
    found: list[Part] = []
    for name, values in spec.items():
        wanted = [_value(each) for each in listed(values)]
        found.append(_OfLabel(column, name, c.some(wanted) if wanted else c.NEVER))
    return found


def _value(expected: str) -> Part:
    wanted = expected.removeprefix("!")
    if wanted.endswith("*"):
        found = c.begins("label.value", wanted[:-1])
    else:
        found = c.one_of("label.value", [wanted])
    return _not(found) if expected.startswith("!") else found


# -- as a test ----------------------------------------------------------------------------------------


def includes(given: Filter, event: JsonObject, now_us: int, *, is_open: bool = False) -> bool:
    """Whether the filter finds `event`, as the API tells it."""
    since_us, until_us = span(given, now_us, is_open=is_open)
    at_us = from_iso(event["occurred"])
    if at_us < since_us or (until_us is not None and at_us > until_us):
        return False
    if not _named(part(given, "event"), event["event"]):
        return False
    if not _fits(part(given, "resource"), event["resource"]):
        return False
    related: list[Mapping[str, str]] = event["related"]
    for asked in _all_of(given, "related"):
        if _asks(asked) and not any(_fits_related(asked, each) for each in related):
            return False
    for asked in _all_of(given, "any_resource"):
        if _asks(asked) and not any(_fits(asked, each) for each in (event["resource"], *related)):
            return False
    ids = part(given, "id").get("id")
    if ids and event["id"] not in ids:
        return False
    query = part(given, "text").get("query")
    return not query or found_in(query, "\n".join(_texts(event)))


def _texts(event: JsonObject) -> list[str]:
    return [event["event"], *(dumps(event[key]) for key in ("resource", "related", "payload"))]


def _named(given: Filter, name: str) -> bool:
    if given.get("prefix") and not name.startswith(tuple(given["prefix"])):
        return False
    if given.get("exclude_prefix") and name.startswith(tuple(given["exclude_prefix"])):
        return False
    if given.get("name") and name not in given["name"]:
        return False
    return name not in (given.get("exclude_name") or ())


def _fits(given: Filter, labels: Mapping[str, str]) -> bool:
    if given.get("id") and labels[RESOURCE_ID] not in given["id"]:
        return False
    if given.get("id_prefix") and not labels[RESOURCE_ID].startswith(tuple(given["id_prefix"])):
        return False
    return fits(part(given, "labels"), labels)


def _fits_related(given: Filter, labels: Mapping[str, str]) -> bool:
    role = labels.get(RESOURCE_ROLE)
    if given.get("role") and role not in given["role"]:
        return False
    pairs = given.get("resources_in_roles")
    if pairs and not any(id == labels[RESOURCE_ID] and wanted == role for id, wanted in pairs):
        return False
    return _fits(given, labels)
