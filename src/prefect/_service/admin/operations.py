"""Operations on the server itself."""

from __future__ import annotations

from prefect._base.errors import NotFound
from prefect._base.jsontext import dumps, loads
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)
_BLOCK = "default_result_storage_block_id"


async def settings(unit: Unit) -> JsonObject:
    """All settings of the server; secrets are veiled."""
    from prefect.settings.context import get_current_settings

    return get_current_settings().model_dump(mode="json")


async def storage(unit: Unit) -> JsonObject:
    """Where results are kept where nothing else is said."""
    row = await unit.one(sql.storage)
    return {_BLOCK: None if row is None else loads(row["value"])}


async def set_storage(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Keep results by a saved block from now on. Raises `NotFound`."""
    id: str = body[_BLOCK]
    if await unit.one(sql.document, id=id) is None:
        raise NotFound("Block document")
    await unit.run(sql.storage_set, value=dumps(id))
    return {_BLOCK: id}


async def clear_storage(unit: Unit) -> None:
    """Keep results by no such block any more."""
    await unit.run(sql.storage_clear)
