"""Conditions of SQL as values: built without a database in mind, rendered for the one at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from prefect._base.jsontext import dumps
from prefect._store.dialect import Dialect
from prefect._store.sql import Part

Render: TypeAlias = Callable[[Dialect, str], str]

FEW = 9


@dataclass(frozen=True, slots=True)
class Text:
    """SQL that needs no parameters; never made from what a client sent."""

    sql: str

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        return self.sql


@dataclass(frozen=True, slots=True)
class ByIndex:
    """Stands after the name of a table that is to be read by an index, in its order."""

    index: str

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        return dialect.by_index(self.index)


@dataclass(frozen=True, slots=True)
class SortedAfter:
    """An order of rows that are few: they are found first."""

    order: Part

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        return dialect.sorted_after(self.order.render(dialect, params))


NOTHING = Text("")
ALWAYS = Text("1 = 1")
NEVER = Text("1 = 0")


@dataclass(frozen=True, slots=True)
class Test:
    """A test against one value; `sql` makes its text from the dialect and the name of the parameter."""

    value: Any
    sql: Render

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        name = f"w{len(params)}"
        params[name] = self.value
        return self.sql(dialect, name)


@dataclass(frozen=True, slots=True)
class Among:
    """The column is one of a few values, each a parameter of its own: a planner sees which they are."""

    column: str
    values: tuple[str, ...]

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        names: list[str] = []
        for value in self.values:
            names.append(f":w{len(params)}")
            params[f"w{len(params)}"] = value
        return f"{self.column} IN ({', '.join(names)})"


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by one word."""

    word: str
    parts: tuple[Part, ...]

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        return f"({f' {self.word} '.join(part.render(dialect, params) for part in self.parts)})"


@dataclass(frozen=True, slots=True)
class Within:
    """A condition inside a text, at the place ``{}``: subqueries and negations."""

    text: str
    inner: Part

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        return self.text.replace("{}", self.inner.render(dialect, params))


def every(parts: Iterable[Part]) -> Part:
    """All of the conditions; none at all is always true."""
    found = tuple(parts)
    if not found:
        return ALWAYS
    return found[0] if len(found) == 1 else Group("AND", found)


def some(parts: Iterable[Part]) -> Part:
    """At least one of the conditions; none at all is always true, as a filter that asks for nothing."""
    found = tuple(parts)
    if not found:
        return ALWAYS
    return found[0] if len(found) == 1 else Group("OR", found)


def one_of(column: str, values: list[Any]) -> Part:
    """The column is one of `values`; a single value is compared directly, which suits indexes best."""
    if not values:
        return NEVER
    if len(values) == 1:
        return Test(values[0], lambda _, name: f"{column} = :{name}")
    if len(values) <= FEW and all(isinstance(value, str) for value in values):
        return Among(column, tuple(values))
    return Test(dumps(values), lambda dialect, name: dialect.is_in(column, name))


def member_of(column: str, key: str, values: list[Any]) -> Part:
    """What the JSON object in the column has under `key` is one of `values`."""
    if not values:
        return NEVER
    return Test(dumps(values), lambda dialect, name: dialect.is_in(dialect.member(column, key), name))


def none_of(column: str, values: list[Any]) -> Part:
    """The column is none of `values` and not null; an empty list asks for nothing."""
    if not values:
        return ALWAYS
    inner = one_of(column, values)
    return Within(f"({column} IS NOT NULL AND NOT {{}})", inner)


def contains(column: str, text: str) -> Part:
    """The column contains `text`, whatever the case; wildcards of SQL in it are ordinary characters."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Test(f"%{escaped}%", lambda dialect, name: dialect.like(column, name))


def begins(column: str, prefix: str) -> Part:
    """The column begins with `prefix`."""
    return Test(prefix, lambda _, name: f"substr({column}, 1, length(:{name})) = :{name}")


def compared(column: str, sign: str, value: Any) -> Part:
    return Test(value, lambda _, name: f"{column} {sign} :{name}")


def has_all(column: str, values: list[Any]) -> Part:
    """The list in the column has each of `values`; an empty list asks for nothing."""
    return Test(dumps(values), lambda dialect, name: dialect.has_all(column, name)) if values else ALWAYS


def has_any(column: str, values: list[Any]) -> Part:
    """The list in the column has one of `values` at least."""
    return Test(dumps(values), lambda dialect, name: dialect.has_any(column, name)) if values else NEVER
