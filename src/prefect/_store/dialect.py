"""Where databases differ in the text of SQL: the few points that compiled conditions need."""

from __future__ import annotations

from typing import Protocol


class Dialect(Protocol):
    """Each method returns a piece of SQL. `column` is SQL text, `param` the name of a parameter."""

    @property
    def name(self) -> str: ...

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


SQLITE: Dialect = SqliteDialect()
