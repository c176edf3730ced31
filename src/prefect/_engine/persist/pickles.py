"""Pickling with an error that names what cannot be pickled and says what to do about it."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from prefect.exceptions import SerializationError

_MAX_DEPTH = 6
_PIECE = 3 << 18  # bytes that are turned into text at a time; a multiple of three


def dumps(value: Any, dump: Callable[[Any], bytes]) -> bytes:
    """`dump(value)`; raises `SerializationError` naming the part that cannot be pickled."""
    try:
        return dump(value)
    except Exception as error:
        raise _refusal(value, dump, error) from error


def write(value: Any, library: Any, put: Callable[[bytes], object]) -> None:
    """Give the pickle of `value` to `put` as base64 text, piece by piece; raises as :func:`dumps` does.

    Large buffers are not copied as a whole. What `put` raises as `OSError` is raised as it is.
    """
    if not hasattr(library, "dump"):
        put(binascii.b2a_base64(dumps(value, library.dumps)))
        return
    text = _Base64(put)
    try:
        library.dump(value, text)
    except OSError:
        raise
    except Exception as error:
        raise _refusal(value, library.dumps, error) from error
    text.end()


class _Base64:
    """A file to write bytes to, whose text in base64 goes to `put`, as one line."""

    def __init__(self, put: Callable[[bytes], object]) -> None:
        self._put = put
        self._left = b""

    def write(self, data: bytes | bytearray | memoryview) -> int:
        with memoryview(data).cast("B") as view:
            size, begin = len(view), 0
            if self._left:
                begin = min(-len(self._left) % 3, size)
                self._left += bytes(view[:begin])
                if len(self._left) % 3:
                    return size
                self._put(binascii.b2a_base64(self._left, newline=False))
            whole = size - (size - begin) % 3
            for at in range(begin, whole, _PIECE):
                self._put(binascii.b2a_base64(view[at : min(at + _PIECE, whole)], newline=False))
            self._left = bytes(view[whole:])
        return size

    def end(self) -> None:
        self._put(binascii.b2a_base64(self._left))


def _refusal(value: Any, dump: Callable[[Any], bytes], error: Exception) -> SerializationError:
    where, part = _culprit(value, dump)
    kind = f"{type(part).__module__}.{type(part).__qualname__}"
    return SerializationError(
        f"The result cannot be pickled: {where} is of type {kind} ({error}). Return data instead of a "
        "live object, or keep this result in memory with `persist_result=False`."
    )


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
