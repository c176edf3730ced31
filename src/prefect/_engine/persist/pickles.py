"""Pickling with an error that names what cannot be pickled and says what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from prefect.exceptions import SerializationError

_MAX_DEPTH = 6


def dumps(value: Any, dump: Callable[[Any], bytes]) -> bytes:
    """`dump(value)`; raises `SerializationError` naming the part that cannot be pickled."""
    try:
        return dump(value)
    except Exception as error:
        where, part = _culprit(value, dump)
        kind = f"{type(part).__module__}.{type(part).__qualname__}"
        raise SerializationError(
            f"The result cannot be pickled: {where} is of type {kind} ({error}). Return data instead of a "
            "live "
            "object, or keep this result in memory with `persist_result=False`."
        ) from error


def _culprit(value: Any, dump: Callable[[Any], bytes]) -> tuple[str, Any]:
    """The innermost part of `value` that cannot be pickled, and how to get to it."""
    where = "result"
    for _ in range(_MAX_DEPTH):
        for step, part in _parts(value):
            if not _pickles(part, dump):
                where, value = where + step, part
                break
        else:
            break
    return where, value


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in cast("Mapping[Any, Any]", value).items():
            yield f"[{key!r}]", part
    elif isinstance(value, list | tuple | set | frozenset):
        for at, part in enumerate(cast("list[Any]", value)):
            yield f"[{at}]", part
    elif not isinstance(value, type):
        for name, part in getattr(value, "__dict__", {}).items():
            yield f".{name}", part


def _pickles(value: Any, dump: Callable[[Any], bytes]) -> bool:
    try:
        dump(value)
    except Exception:  # noqa: BLE001 - whatever it raises, it cannot be pickled
        return False
    return True
