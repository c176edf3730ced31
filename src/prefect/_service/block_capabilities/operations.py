"""The operation on what blocks can do."""

from __future__ import annotations

from prefect._base.jsontext import loads
from prefect._service.unit import Unit
from prefect._store.sql import Queries

sql = Queries(__file__)


async def read(unit: Unit) -> list[str]:
    """The capabilities that any schema has, in alphabetical order."""
    rows = await unit.all(sql.capabilities)
    return sorted({name for row in rows for name in loads(row["capabilities"])})
