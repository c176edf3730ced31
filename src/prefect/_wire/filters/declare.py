"""How filters are declared: a filter is a table of fields, a field a kind of value and the operators it
takes.

The tables (:mod:`prefect._wire.filters.tables`) make the pydantic classes that users name, and tell the
services which conditions they must be able to compile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["uuid", "text", "state_type", "int", "bool", "instant", "list", "search"]

OPERATORS: Mapping[str, str] = {
    "any_": "is one of these; an empty list matches nothing",
    "not_any_": "is none of these; an empty list is ignored",
    "all_": "has all of these; an empty list is ignored",
    "like_": "contains this text, whatever the case",
    "startswith_": "begins with one of these",
    "is_null_": "is (or is not) null; for lists: empty",
    "exists_": "is (or is not) there",
    "before_": "at this instant or before",
    "after_": "at this instant or after",
    "ge_": "at least",
    "le_": "at most",
    "eq_": "equals",
    "id_": "was made by one of these ids",
    "type_": "was made by one of these types",
    "query": "contains these words; -word excludes, +word requires, quotes keep words together",
}


class Operator(StrEnum):
    """How the criteria of a filter are combined."""

    and_ = "and_"
    or_ = "or_"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One field of a filter: what its values are, and how it can be asked for.

    `grouped` criteria have an `operator` of their own; `defaults` are the values of operators that are not
    given.
    """

    kind: Kind
    operators: tuple[str, ...]
    class_name: str | None = None
    grouped: bool = False
    defaults: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: its class, and its fields; a field may be a filter again."""

    class_name: str
    fields: Mapping[str, Criterion | Filter]
    grouped: bool = True
    defaults: Mapping[str, Mapping[str, Any]] | None = None

    def class_of(self, field: str) -> str:
        """The name of the class of one of the fields."""
        member = self.fields[field]
        if member.class_name:
            return member.class_name
        return self.class_name + "".join(part.capitalize() for part in field.split("_"))


def criterion(
    kind: Kind,
    operators: str,
    *,
    named: str | None = None,
    grouped: bool = False,
    defaults: Mapping[str, Any] | None = None,
) -> Criterion:
    """A criterion, its operators in one text; an operator that does not exist is an error."""
    names = tuple(operators.split())
    unknown = [name for name in names if name not in OPERATORS]
    if unknown:
        raise ValueError(f"There are no operators {unknown}.")
    return Criterion(kind, names, named, grouped, defaults)
