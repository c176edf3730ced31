"""The file of a stored result, taken apart without making anything of what it holds."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import orjson

from prefect._base import clock

# what stands around metadata and result in a record of ours
_BEGIN, _BETWEEN, _END = b'{"metadata":', b',"result":"', b'"}'
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


class Pickled(NamedTuple):
    """A stored record with the base64 text of a pickle, which is still where it was read."""

    metadata: dict[str, Any]
    text: memoryview


def pickled(data: bytes) -> Pickled | None:
    """The parts of a record that holds a pickle, without a copy of it; None for any other record or form.

    Large values are pickled, and JSON would be held in memory three times on the way.
    """
    between = data.find(_BETWEEN)
    if between < 0 or not data.startswith(_BEGIN) or not data.endswith(_END):
        return None
    metadata = _json_object(data[len(_BEGIN) : between])
    if metadata is None or not _is_pickle(metadata.get("serializer")):
        return None
    first, last = between + len(_BETWEEN), len(data) - len(_END)
    if data.endswith(b"\\n", first, last):  # the line end behind base64
        last -= 2
    if data.find(b'"', first, last) >= 0 or data.find(b"\\", first, last) >= 0:
        return None
    return Pickled(metadata, memoryview(data)[first:last])


def _is_pickle(serializer: Any) -> bool:
    return isinstance(serializer, dict) and cast("dict[str, Any]", serializer).get("type") == "pickle"


def metadata_in(data: bytes) -> dict[str, Any] | None:
    """The metadata of a stored record; None if `data` is none."""
    found = pickled(data)
    if found is not None:
        return found.metadata
    parsed = parse(data)
    return parsed["metadata"] if parsed else None


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
