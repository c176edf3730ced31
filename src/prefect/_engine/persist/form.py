"""The file of a stored result, taken apart without making anything of what it holds."""

from __future__ import annotations

from typing import Any, cast

import orjson

from prefect._base import clock

_METADATA = frozenset({"storage_key", "expiration", "serializer", "prefect_version", "storage_block_id"})


def parse(data: bytes) -> dict[str, Any] | None:
    """The parts ``metadata`` (a dictionary) and ``result`` (text) of a stored record; None if `data` is
    none.
    """
    value = _json_object(data)
    if value is None:
        return None
    value = from_old_form(value)
    metadata, result = value.get("metadata"), value.get("result")
    if isinstance(metadata, dict) and "serializer" in metadata and isinstance(result, str):
        return value
    return None


def parse_metadata(data: bytes) -> dict[str, Any] | None:
    """The metadata that is stored apart from its result; None if `data` is none."""
    value = _json_object(data)
    return value if value is not None and "serializer" in value else None


def _json_object(data: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(data)
    except ValueError:
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def from_old_form(value: dict[str, Any]) -> dict[str, Any]:
    """The present form of a record whose metadata stands beside ``data``; any other value as it is."""
    if "metadata" in value or "data" not in value:
        return value
    metadata = {name: value[name] for name in value if name in _METADATA}
    return {"metadata": metadata, "result": value["data"]}


def is_expired(metadata: dict[str, Any] | None) -> bool:
    """Whether the record with this metadata has had its time."""
    expiration = metadata.get("expiration") if metadata else None
    return expiration is not None and clock.from_iso(expiration) <= clock.system.now_us()
