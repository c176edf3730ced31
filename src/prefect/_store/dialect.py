"""Where databases differ in the text of SQL: the few points that compiled conditions need."""

from __future__ import annotations

import re
from typing import Protocol

# the first term of an order, and what follows
_ORDER = re.compile(r"(.+?)( ASC| DESC)(.*)")


class Dialect(Protocol):
    """Each method returns a piece of SQL. `column` is SQL text, `param` the name of a parameter."""

    @property
    def name(self) -> str: ...

    def member(self, column: str, key: str) -> str:
        """The text under `key` of the JSON object in the column, null if there is none."""
        ...

    def by_index(self, index: str) -> str:
        """After a table's name: read it by that index. Empty where the database knows what fits."""
        ...

    def sorted_after(self, order: str) -> str:
        """An ORDER BY for which rows are found first and sorted then, whatever index has that order."""
        ...

    def is_in(self, column: str, param: str) -> str:
        """The column equals an element of the list (JSON text) in `param`."""
        ...

    def like(self, column: str, param: str) -> str:
        """The column matches the pattern in `param`, whatever the case; a backslash escapes."""
        ...

    def has_all(self, column: str, param: str) -> str:
        """The JSON list in the column has each element of the list in `param`."""
        ...

    def has_any(self, column: str, param: str) -> str:
        """The JSON list in the column has at least one element of the list in `param`."""
        ...


class SqliteDialect:
    """SQLite with its JSON functions; lists travel as one parameter of JSON text."""

    name = "sqlite"

    def member(self, column: str, key: str) -> str:
        return f"json_extract({column}, '$.{key}')"

    def by_index(self, index: str) -> str:
        return f" INDEXED BY {index}"

    def sorted_after(self, order: str) -> str:
        return f"+{order}"

    def is_in(self, column: str, param: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(:{param}))"

    def like(self, column: str, param: str) -> str:
        return f"{column} LIKE :{param} ESCAPE '\\'"

    def has_all(self, column: str, param: str) -> str:
        return (
            f"NOT EXISTS (SELECT 1 FROM json_each(:{param}) AS wanted"
            f" WHERE wanted.value NOT IN (SELECT value FROM json_each({column})))"
        )

    def has_any(self, column: str, param: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM json_each({column}) AS had"
            f" WHERE had.value IN (SELECT value FROM json_each(:{param})))"
        )


class PostgresDialect:
    """PostgreSQL, with JSON kept as text there, too; lists travel as one parameter of JSON text."""

    name = "postgres"

    def member(self, column: str, key: str) -> str:
        return f"({column}::json ->> '{key}')"

    def by_index(self, index: str) -> str:
        return ""

    def sorted_after(self, order: str) -> str:
        term, direction, others = _ORDER.fullmatch(order).groups()  # pyright: ignore[reportOptionalMemberAccess]
        same = term.removesuffix(")").rpartition(", ")[2] if term.startswith("coalesce(") else term
        inner = term.removeprefix("coalesce(").removesuffix(")")
        return f"coalesce({inner}, {same}){direction}{others}"

    def is_in(self, column: str, param: str) -> str:
        return f"{column}::text = ANY({_elements(f':{param}')})"

    def like(self, column: str, param: str) -> str:
        return f"{column} ILIKE :{param} ESCAPE '\\'"

    def has_all(self, column: str, param: str) -> str:
        return f"{_elements(column)} @> {_elements(f':{param}')}"

    def has_any(self, column: str, param: str) -> str:
        return f"{_elements(column)} && {_elements(f':{param}')}"


def _elements(json: str) -> str:
    """The elements of a JSON list as an array of texts."""
    return f"ARRAY(SELECT json_array_elements_text(({json})::text::json))"


SQLITE: Dialect = SqliteDialect()
POSTGRES: Dialect = PostgresDialect()
