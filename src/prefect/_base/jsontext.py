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
MOST_LEVELS = 200
_WRITABLE = 254  # levels, by orjson


class TooDeep(ValueError):
    """Lists and objects are inside of each other more often than `MOST_LEVELS` times."""

    def __init__(self) -> None:
        super().__init__(f"Lists and objects may be inside of each other {MOST_LEVELS} times at most.")


def dumps(value: Any) -> str:
    """`value` as compact JSON text; raises `TypeError` for what JSON cannot hold."""
    return encoded(value).decode()


def encoded(value: Any) -> bytes:
    """As `dumps`, in UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        if "64-bit" in str(error):
            return _exact(value)
        if "Recursion" in str(error):  # deeper than orjson writes, but it reads so much
            return _deep(value)
        raise


def loads(text: str | bytes) -> Any:
    """The value of a JSON text; raises `ValueError` if it is none."""
    if len(text) < _MANY:
        return orjson.loads(text)
    raw = text.encode() if isinstance(text, str) else text
    value = orjson.loads(raw)
    if _LONG in raw.translate(_TO_ZEROS):  # few texts have so many digits in a row
        return json.loads(raw)
    return value


def bounded(text: str | bytes) -> Any:
    """As `loads`, for texts that come from elsewhere: raises `TooDeep` beyond `MOST_LEVELS`.

    What was let in can be written again within an answer, a list or an event.
    """
    try:
        value = loads(text)
    except RecursionError:
        raise TooDeep from None
    raw = text.encode() if isinstance(text, str) else text
    # only what opens so often can be so deep
    may_be_deep = raw.count(b"[") + raw.count(b"{") > MOST_LEVELS and not _is_flat(value)
    if may_be_deep and _levels(value) > MOST_LEVELS:
        raise TooDeep
    return value


def _is_flat(value: Any) -> bool:
    """Whether it can be written with so much around it that the rest is no more than `MOST_LEVELS`."""
    for _ in range(_WRITABLE - MOST_LEVELS):
        value = [value]
    try:
        orjson.dumps(value)
    except TypeError:  # too deep, or something else that takes more to be written
        return False
    return True


def _levels(value: Any) -> int:
    """How deep lists and objects are inside of each other."""
    levels, inner = 0, [value]
    while inner := [each for each in inner if isinstance(each, dict | list)]:
        levels += 1
        inner = [
            member
            for each in cast("list[Any]", inner)
            for member in (cast("dict[Any, Any]", each).values() if isinstance(each, dict) else each)
        ]
    return levels


def _deep(value: Any) -> bytes:
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    except (RecursionError, ValueError) as error:
        raise TypeError(f"JSON cannot hold this: {error}") from error


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
