"""A fingerprint of any value that is the same in every process: what cache keys are made of.

Values that compare equal and have the same types give the same fingerprint, whatever the order of a set or of
a dictionary's keys and whatever the hash seed. Long lists of plain scalars are taken at the speed of C.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Protocol, cast

from prefect._base import lazy

cloudpickle: Any = lazy.module("cloudpickle")

# exact types whose marshal form of version 2 (no references, no interning) says all there is about a value
_SCALARS = frozenset({type(None), bool, int, float, complex, str, bytes})
_PLAIN_SEQUENCES = (list, tuple)
_DIGEST_BYTES = 16

# A type's own way to be fingerprinted: it is given the value and returns another one that stands for it.
STABLE_TRANSFORMS: dict[type[Any], Callable[[Any], Any]] = {}


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...
    def hexdigest(self) -> str: ...


def _new() -> _Hash:
    return hashlib.blake2b(digest_size=_DIGEST_BYTES)


def digest(*values: Any) -> str:
    """The fingerprint of `values` as 32 hexadecimal digits.

    Raises `TypeError` for a value that has no lasting identity, such as a lock, a generator or an open file.
    """
    return _Fingerprint().add(values).hexdigest()


def qualified_name(kind: Any) -> str:
    """Module and qualified name of a class or function."""
    return f"{getattr(kind, '__module__', None) or ''}.{getattr(kind, '__qualname__', None) or repr(kind)}"


class _Fingerprint:
    """Walks one value and feeds a hash; `_open` holds the containers around the value at hand, to see
    cycles.
    """

    __slots__ = ("_hash", "_open")

    def __init__(self, open_: dict[int, int] | None = None) -> None:
        self._hash = _new()
        self._open: dict[int, int] = {} if open_ is None else open_

    def add(self, value: Any) -> _Hash:
        kind = type(value)
        if kind in _SCALARS or (kind in _PLAIN_SEQUENCES and _SCALARS.issuperset(map(type, value))):
            self._hash.update(marshal.dumps(value, 2))
        else:
            self._container(value, kind)
        return self._hash

    def _container(self, value: Any, kind: type[Any]) -> None:
        seen_at = self._open.get(id(value))
        if seen_at is not None:
            self._hash.update(b"@%d" % (len(self._open) - seen_at))
            return
        self._open[id(value)] = len(self._open)
        try:
            self._describe(value, kind)
        finally:
            del self._open[id(value)]

    def _describe(self, value: Any, kind: type[Any]) -> None:
        transform = _transform_of(kind)
        if transform is not None:
            self._tagged(kind, (transform(value),))
        elif kind in _PLAIN_SEQUENCES:
            self._sequence(b"[" if kind is list else b"(", value)
        elif kind is dict:
            self._mapping(b"{", value)
        elif kind in (set, frozenset):
            self._unordered(b"<", value)
        elif isinstance(value, Enum):
            self._tagged(kind, (value.name,))
        elif kind in (bytearray, memoryview):
            self._tagged(kind, (bytes(value),))
        else:
            self._object(value, kind)

    def _child(self, value: Any) -> bytes:
        return _Fingerprint(self._open).add(value).digest()

    def _sequence(self, mark: bytes, values: Iterable[Any]) -> None:
        self._hash.update(mark)
        for value in values:
            self._hash.update(self._child(value))

    def _unordered(self, mark: bytes, values: Iterable[Any]) -> None:
        self._hash.update(mark)
        for part in sorted([self._child(value) for value in values]):
            self._hash.update(part)

    def _mapping(self, mark: bytes, values: Mapping[Any, Any]) -> None:
        self._hash.update(mark)
        for part in sorted([self._child(key) + self._child(value) for key, value in values.items()]):
            self._hash.update(part)

    def _tagged(self, kind: type[Any], values: tuple[Any, ...]) -> None:
        self._hash.update(b"#" + qualified_name(kind).encode())
        self._sequence(b"(", values)

    def _object(self, value: Any, kind: type[Any]) -> None:
        """Any other value: by what pickle would need to make it again, or else by its pickle."""
        if isinstance(value, type) or (callable(value) and hasattr(value, "__code__")):
            self._hash.update(b"!" + _by_value(value))
            return
        parts = _parts(value)
        if parts is None:
            self._hash.update(b"!" + _by_value(value))
            return
        maker, args, state, items, pairs = parts
        self._hash.update(b"#" + qualified_name(kind).encode() + qualified_name(maker).encode())
        self._sequence(b"(", args)
        if state is not None:
            self._hash.update(self._child(state))
        if items is not None:
            self._sequence(b"[", items)
        if pairs is not None:
            self._unordered(b"{", pairs)


def _parts(value: Any) -> tuple[Any, tuple[Any, ...], Any, Iterable[Any] | None, Iterable[Any] | None] | None:
    """How to make `value` again (its five parts in the pickle protocol), or None if pickle knows it by name
    only.
    """
    reduced = value.__reduce_ex__(2)
    if not isinstance(reduced, tuple):
        return None
    maker, args, *rest = cast("tuple[Any, ...]", reduced)
    state, items, pairs = (*rest, None, None, None)[:3]
    return maker, _without_classes(maker, args), state, items, pairs


def _without_classes(maker: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of the maker; the class itself is named by the caller and need not be pickled."""
    if getattr(maker, "__name__", "") in ("__newobj__", "__newobj_ex__", "_reconstructor"):
        return tuple(qualified_name(arg) if isinstance(arg, type) else arg for arg in args)
    return args


def _by_value(value: Any) -> bytes:
    """A class or function: its name where it can be imported, else its pickle (which holds the code)."""
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    name = getattr(value, "__qualname__", None)
    if module is not None and name and getattr(module, "__name__", "") != "__main__":
        found: Any = module
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is value:
            return qualified_name(value).encode()
    return cloudpickle.dumps(value)


def _transform_of(kind: type[Any]) -> Callable[[Any], Any] | None:
    own = STABLE_TRANSFORMS.get(kind)
    if own is not None:
        return own
    module = kind.__module__.partition(".")[0]
    if module == "pandas":
        return _frame if kind.__name__ == "DataFrame" else _series if kind.__name__ == "Series" else None
    if module == "numpy" and kind.__name__ == "ndarray":
        return _array
    return None


def _array(array: Any) -> Any:
    """A numpy array: its type, its shape and its bytes (its items if they are Python objects)."""
    if array.dtype.hasobject:
        return (str(array.dtype), array.shape, array.tolist())
    return (str(array.dtype), array.shape, array.tobytes())


def _series(series: Any) -> Any:
    return (str(series.dtype), series.name, series.index.tolist(), series.tolist())


def _frame(frame: Any) -> Any:
    """A pandas frame: its columns in the order of their names, so that the order of columns does not
    matter.
    """
    columns = sorted(range(len(frame.columns)), key=lambda at: str(frame.columns[at]))
    return (
        frame.index.tolist(),
        [(frame.columns[at], str(frame.dtypes.iloc[at]), frame.iloc[:, at].tolist()) for at in columns],
    )
