"""JSON text, as fast as this machine can: orjson where text is made in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base import lazy

if TYPE_CHECKING:
    import orjson
else:
    orjson = lazy.module("orjson")


def dumps(value: Any) -> str:
    """`value` as compact JSON text; raises `TypeError` for what JSON cannot hold."""
    return orjson.dumps(value).decode()


def loads(text: str | bytes) -> Any:
    """The value of a JSON text; raises `ValueError` if it is none."""
    return orjson.loads(text)
