"""Which objects are looked into, and how: the parts of a collection, and the same collection of other parts.

The kind of an object is decided by its type alone and remembered, so that looking at a big list of numbers
costs one pass at the speed of the interpreter's own loops. Objects that only pretend (mocks), generators,
frames and arrays have no shape: they are handed on unopened.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import pathlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

# exact types that hold nothing
LEAVES: frozenset[type] = frozenset(
    {
        bool,
        bytearray,
        bytes,
        complex,
        float,
        int,
        memoryview,
        range,
        str,
        type,
        type(None),
        type(...),
        datetime.date,
        datetime.datetime,
        datetime.time,
        datetime.timedelta,
        pathlib.PosixPath,
        pathlib.WindowsPath,
        uuid.UUID,
    }
)
_MOST_TYPES = 4096

# the builtins, for objects of which nothing is known
type_of: Callable[[Any], type[Any]] = type
vars_of: Callable[[Any], dict[str, Any]] = vars


class Shape(NamedTuple):
    """How to take an object apart and make an equal one of other parts (in the same order)."""

    parts: Callable[[Any], Iterable[Any]]
    build: Callable[[Any, Sequence[Any]], Any]


def _build_list(old: Any, parts: Sequence[Any]) -> Any:
    if type(old) is list:
        return list(parts)
    new = copy.copy(old)
    new[:] = parts
    return new


def _build_tuple(old: Any, parts: Sequence[Any]) -> Any:
    cls: Any = type_of(old)
    if cls is tuple:
        return tuple(parts)
    return cls._make(parts) if hasattr(cls, "_make") else cls(parts)


def _build_set(old: Any, parts: Sequence[Any]) -> Any:
    if type(old) is set:
        return set(parts)
    new = copy.copy(old)
    new.clear()
    new.update(parts)
    return new


def _dict_parts(old: dict[Any, Any]) -> Iterable[Any]:
    return chain.from_iterable(old.items())


def _build_dict(old: Any, parts: Sequence[Any]) -> Any:
    pairs = zip(parts[::2], parts[1::2], strict=True)
    if type(old) is dict:
        return dict(pairs)
    new = copy.copy(old)  # keeps what a subclass carries beside its items, such as a default factory
    new.clear()
    new.update(pairs)
    return new


def _set_fields(old: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(old) if hasattr(old, field.name)]


def _dataclass_parts(old: Any) -> Iterable[Any]:
    return [getattr(old, name) for name in _set_fields(old)]


def _build_dataclass(old: Any, parts: Sequence[Any]) -> Any:
    # a copy rather than a call: the initialiser may compute, validate or refuse
    new = copy.copy(old)
    for name, part in zip(_set_fields(old), parts, strict=True):
        object.__setattr__(new, name, part)
    return new


def _model_parts(old: Any) -> Iterable[Any]:
    extra: dict[str, Any] = old.__pydantic_extra__ or {}
    return [*vars_of(old).values(), *extra.values()]


def _build_model(old: Any, parts: Sequence[Any]) -> Any:
    new = copy.copy(old)
    remaining = iter(parts)
    holders: tuple[dict[str, Any], ...] = (vars_of(new), new.__pydantic_extra__ or {})
    for held in holders:
        for name in held:
            held[name] = next(remaining)
    return new


LIST = Shape(iter, _build_list)
TUPLE = Shape(iter, _build_tuple)
SET = Shape(iter, _build_set)
DICT = Shape(_dict_parts, _build_dict)
DATACLASS = Shape(_dataclass_parts, _build_dataclass)
MODEL = Shape(_model_parts, _build_model)

_shapes: dict[type, Shape | None] = {list: LIST, tuple: TUPLE, set: SET, dict: DICT, **dict.fromkeys(LEAVES)}
_initial = dict(_shapes)


def shape_of(cls: type) -> Shape | None:
    """The shape of the objects of this type; None if they are not looked into."""
    try:
        return _shapes[cls]
    except KeyError:
        pass
    if len(_shapes) > _MOST_TYPES:  # types made at run time must not pile up
        _shapes.clear()
        _shapes.update(_initial)
    found = _shapes[cls] = _decide(cls)
    return found


def _decide(cls: type[Any]) -> Shape | None:
    for base, shape in ((list, LIST), (tuple, TUPLE), (set, SET), (dict, DICT)):
        if issubclass(cls, base):
            return shape
    if dataclasses.is_dataclass(cls):
        return DATACLASS
    if any("__pydantic_fields__" in vars(base) for base in cls.__mro__):
        return MODEL
    return None
