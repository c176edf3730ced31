"""JSON text, as fast as this machine can, and exact for integers of any size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from prefect._base import lazy

if TYPE_CHECKING:
    import orjson
else:
    orjson = lazy.module("orjson")

# orjson reads integers of more than 64 bits as floats, and writes none. Such a number has this many digits.
_MANY = 19
_TO_ZEROS = bytes(ord("0") if chr(byte).isascii() and chr(byte).isdigit() else byte for byte in range(256))
_LONG = b"0" * _MANY
_LEAST, _MOST = -(2**63), 2**64 - 1


def dumps(value: Any) -> str:
    """`value` as compact JSON text; raises `TypeError` for what JSON cannot hold."""
    return encoded(value).decode()


def encoded(value: Any) -> bytes:
    """As `dumps`, in UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        if "64-bit" not in str(error):
            raise
        return _exact(value)


def loads(text: str | bytes) -> Any:
    """The value of a JSON text; raises `ValueError` if it is none."""
    if len(text) < _MANY:
        return orjson.loads(text)
    raw = text.encode() if isinstance(text, str) else text
    value = orjson.loads(raw)
    if _LONG in raw.translate(_TO_ZEROS):  # few texts have so many digits in a row
        return json.loads(raw)
    return value


def _exact(value: Any) -> bytes:
    """JSON of something that contains a large integer."""
    if isinstance(value, dict):
        members = cast("dict[Any, Any]", value).items()
        return b"{%b}" % b",".join(b"%b:%b" % (_key(key), _exact(member)) for key, member in members)
    if isinstance(value, list | tuple):
        return b"[%b]" % b",".join(_exact(member) for member in cast("list[Any]", value))
    if isinstance(value, int) and not _LEAST <= value <= _MOST:
        return json.dumps(value).encode()
    return orjson.dumps(value)


def _key(key: Any) -> bytes:
    if not isinstance(key, str):
        raise TypeError("Dict key must be str")
    return orjson.dumps(key)
