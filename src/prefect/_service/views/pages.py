"""Pages of long lists: cursors instead of offsets, counts up to a bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.errors import Invalid
from prefect._base.jsontext import dumps, loads
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._store.sql import Part, Statement
from prefect._wire.operation import JsonObject

COUNTED = 10_000

# order -> the expression that rows are ordered by, and whether downwards; ties are ordered by id
Orders = Mapping[str, tuple[str, bool]]


class Cursor:
    """A place in a list that is ordered by one expression and then by id."""

    def __init__(self, orders: Orders, chosen: str) -> None:
        self.expression, self._is_down = orders[chosen]

    @property
    def order(self) -> Part:
        direction = "DESC" if self._is_down else "ASC"
        return c.Text(f"{self.expression} {direction}, id {direction}")

    def after(self, cursor: str | None) -> Part:
        """The condition of rows that come after the place that `cursor` names; raises `Invalid`."""
        if cursor is None:
            return c.ALWAYS
        try:
            value, id = loads(cursor)
        except (TypeError, ValueError) as wrong:
            raise Invalid(f"{cursor!r} is no place in this list: leave `after` out to begin anew.") from wrong
        sign = "<" if self._is_down else ">"
        tied = c.every((c.compared(self.expression, "=", value), c.compared("id", sign, id)))
        # the first says nothing new, and begins to read where the page begins
        from_there = c.compared(self.expression, f"{sign}=", value)
        return c.every((from_there, c.some((c.compared(self.expression, sign, value), tied))))

    @staticmethod
    def of(value: Any, id: str) -> str:
        return dumps([value, id])


async def bounded_count(unit: Unit, statement: Statement, where: Part) -> JsonObject:
    """How many rows there are, exactly up to a bound that costs little to reach."""
    row = await unit.one(statement.fill(where=where), bound=COUNTED + 1)
    assert row is not None
    return {"value": min(row["found"], COUNTED), "is_exact": row["found"] <= COUNTED}
