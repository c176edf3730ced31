"""Filters in their JSON form, compiled along their tables (:mod:`prefect._wire.filters.tables`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from prefect._base.clock import from_iso
from prefect._base.errors import Invalid
from prefect._base.terms import terms
from prefect._service.filtering import conditions as c
from prefect._store.sql import Part
from prefect._wire.filters.declare import Criterion, Filter
from prefect._wire.operation import JsonObject

Special: TypeAlias = Callable[[str, Any], Part]


@dataclass(frozen=True, slots=True)
class Table:
    """Where the fields of a filter are found in the store.

    `columns` maps a field (``state.type`` for one inside another) to the SQL of its column, or to a function
    of operator and value. `nulls` names the column of a field's null test where that is another one.
    """

    filter: Filter
    columns: Mapping[str, str | Special]
    nulls: Mapping[str, str]


def compile_filter(table: Table, given: JsonObject | None) -> Part:
    """The condition that `given`, the JSON form of the table's filter, stands for."""
    return _filter(table, table.filter, given or {}, "")


def _filter(table: Table, declared: Filter, given: JsonObject, prefix: str) -> Part:
    parts: list[Part] = []
    for name, value in given.items():
        if name == "operator" or value is None:
            continue
        member = declared.fields.get(name)
        if member is None:
            raise Invalid(
                f"{declared.class_name} has no criterion {name!r}: there are {', '.join(declared.fields)}."
            )
        if isinstance(member, Filter):
            parts.append(_filter(table, member, value, f"{prefix}{name}."))
        else:
            parts.append(_criterion(table, member, value, prefix + name))
    return _joined(given, parts)


def _criterion(table: Table, declared: Criterion, given: JsonObject, field: str) -> Part:
    parts: list[Part] = []
    for operator, value in given.items():
        if operator == "operator" or value is None:
            continue
        if operator not in declared.operators:
            raise Invalid(
                f"{field!r} has no operator {operator!r}: there are {', '.join(declared.operators)}."
            )
        column = table.columns[field]
        if callable(column):
            parts.append(column(operator, value))
        elif operator == "is_null_" and field in table.nulls:
            parts.append(test(table.nulls[field], declared, operator, value))
        else:
            parts.append(test(column, declared, operator, value))
    return _joined(given, parts)


def _joined(given: JsonObject, parts: list[Part]) -> Part:
    return c.some(parts) if given.get("operator") == "or_" else c.every(parts)


def test(column: str, declared: Criterion, operator: str, value: Any) -> Part:
    """The condition of one operator on one column."""
    is_list = declared.kind == "list"
    match operator:
        case "any_":
            return c.has_any(column, value) if is_list else c.one_of(column, value)
        case "not_any_":
            return c.none_of(column, value)
        case "all_":
            return c.has_all(column, value)
        case "like_":
            return c.contains(column, value)
        case "startswith_":
            return c.some(c.begins(column, prefix) for prefix in value) if value else c.NEVER
        case "is_null_" | "exists_":
            wants_null = bool(value) == (operator == "is_null_")
            return c.Text(_null(column, wants_null, is_list))
        case "before_" | "le_":
            return c.compared(column, "<=", _comparable(declared, value))
        case "after_" | "ge_":
            return c.compared(column, ">=", _comparable(declared, value))
        case "eq_":
            return c.compared(column, "=", int(value) if declared.kind == "bool" else value)
        case "query":
            return search([column], value)
        case _:
            raise Invalid(f"There is no operator {operator!r} on {column}.")


def _null(column: str, wants_null: bool, is_list: bool) -> str:
    if is_list:
        return f"{column} {'=' if wants_null else '<>'} '[]'"
    return f"{column} IS {'' if wants_null else 'NOT '}NULL"


def _comparable(declared: Criterion, value: Any) -> Any:
    if declared.kind != "instant":
        return value
    try:
        return from_iso(value)
    except (TypeError, ValueError) as wrong:
        raise Invalid(f"{value!r} is not an instant of ISO 8601: {wrong}") from wrong


def search(columns: list[str], query: str) -> Part:
    """Words in a text: any of the plain ones, all with ``+``, none with ``-`` or ``!``; quotes join words."""
    wanted: list[Part] = []
    required: list[Part] = []
    for sign, words in terms(query):
        found = c.some(c.contains(column, words) for column in columns)
        if sign == "":
            wanted.append(found)
        else:
            required.append(found if sign == "+" else c.Within("NOT {}", c.Group("AND", (found,))))
    return c.every([*required, c.some(wanted)] if wanted else required)
