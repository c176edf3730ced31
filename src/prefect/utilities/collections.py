"""Collections: looking for objects at any depth, replacing them, and handling nested dictionaries."""

from __future__ import annotations

import enum
import io
from collections.abc import Callable, Collection, Generator, Hashable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import islice
from typing import Any, TypeVar, cast

from prefect._base.shapes import LEAVES, shape_of, type_of
from prefect.utilities.annotations import BaseAnnotation as BaseAnnotation
from prefect.utilities.annotations import Quote as Quote
from prefect.utilities.annotations import opaque, quote

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Nested = dict[Any, Any]

_HOLDS_NO_ITEMS = (str, bytes, bytearray, io.IOBase)


class AutoEnum(str, Enum):  # noqa: UP042 - a StrEnum would print as its value
    """An enumeration whose values are the names of its members."""

    @staticmethod
    def _generate_next_value_(name: str, *_: object) -> str:  # type: ignore[override]
        return name

    @staticmethod
    def auto() -> Any:
        """The value of a member: its name."""
        return enum.auto()

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.value}"

    __str__ = __repr__


# ------------------------------------------------------------------ at any depth


class StopVisiting(BaseException):
    """Raised by a visitor: leave this object as it is and do not look into it."""


def visit_collection(
    expr: Any,
    visit_fn: Callable[..., Any],
    *,
    return_data: bool = False,
    max_depth: int = -1,
    context: dict[str, Any] | None = None,
    remove_annotations: bool = False,
    _seen: dict[int, Any] | None = None,
) -> Any:
    """Call `visit_fn` on an object and, from the outside in, on everything inside it.

    Lists, tuples, sets, dictionaries (keys and values), dataclasses, pydantic models and annotations are
    looked into; cycles are followed once.

    Args:
        expr: where to start.
        visit_fn: called with each object, and with a dictionary of its own if `context` is given. With
            `return_data` its answer takes the place of the object and is looked into next. It may raise
            `StopVisiting`.
        return_data: return the object with the replacements: the same object if nothing was replaced.
        max_depth: how many levels to go down; 0 visits `expr` only, a negative number knows no limit.
        context: what `visit_fn` starts with. What a call adds to it is seen further inside; under an
            annotation the key ``annotation`` holds it.
        remove_annotations: put the values in the place of the annotations around them.
    """
    visitor = _Visitor(visit_fn, return_data, remove_annotations)
    # what was made of an object may be used again only where it does not depend on the way to it
    visitor.memorable = context is None and max_depth < 0
    if _seen is not None:
        visitor.seen = _seen
    result = visitor.visit(expr, max_depth, context)
    return result if return_data else None


class _Visitor:
    __slots__ = ("visit_fn", "replaces", "unwraps", "memorable", "seen")

    def __init__(self, visit_fn: Callable[..., Any], replaces: bool, unwraps: bool) -> None:
        self.visit_fn = visit_fn
        self.replaces = replaces
        self.unwraps = unwraps
        self.memorable = False
        self.seen: dict[int, Any] = {}  # id -> (the object, which keeps the id taken, and what it became)

    def visit(self, node: Any, depth: int, context: dict[str, Any] | None) -> Any:
        try:
            if context is None:
                made = self.visit_fn(node)
            else:
                context = context.copy()
                made = self.visit_fn(node, context)
        except StopVisiting:
            return node
        if self.replaces:
            node = made
        cls = type_of(node)
        if depth == 0 or cls in LEAVES:
            return node
        if issubclass(cls, BaseAnnotation):
            return self._annotation(node, depth, context)
        shape = shape_of(cls)
        if shape is None:
            return node
        known = self.seen.get(id(node))
        if known is not None:
            return known[1]
        self.seen[id(node)] = (node, node)
        old = list(shape.parts(node))
        new = [self.visit(part, depth - 1, context) for part in old]
        result = node
        if self.replaces and any(a is not b for a, b in zip(old, new, strict=True)):
            result = shape.build(node, new)
        if self.memorable:
            self.seen[id(node)] = (node, result)
        else:
            del self.seen[id(node)]
        return result

    def _annotation(self, node: Any, depth: int, context: dict[str, Any] | None) -> Any:
        if context is not None:
            context = {**context, "annotation": node}
        value = node.unwrap()
        new = self.visit(value, 0 if isinstance(node, opaque) else depth - 1, context)
        if self.unwraps:
            return new
        return cast(Any, node) if new is value else node.rewrap(new)


def find(expr: Any, wanted: type | tuple[type, ...]) -> list[Any]:
    """The objects of the wanted types in `expr`, at any depth, each once, in the order of their appearance.

    Looks where :func:`visit_collection` looks, but not into a `quote`, and at no more than the value of an
    `opaque`. Collections of plain values are passed over at little more than the cost of a loop.
    """
    if type(expr) in LEAVES:
        return []
    found: list[Any] = []
    seen: set[int] = set()
    interesting: dict[type, bool] = {}
    stack = [expr]
    while stack:
        node = stack.pop()
        cls = type_of(node)
        if issubclass(cls, wanted):
            if id(node) not in seen:
                seen.add(id(node))
                found.append(node)
            continue
        if issubclass(cls, BaseAnnotation):
            value = node.unwrap()
            if issubclass(cls, quote) or (issubclass(cls, opaque) and not issubclass(type(value), wanted)):
                continue
            stack.append(value)
            continue
        shape = shape_of(cls)
        if shape is None or LEAVES.issuperset(map(type, shape.parts(node))) or id(node) in seen:
            continue
        seen.add(id(node))
        stack.extend(reversed(_worth_a_look(list(shape.parts(node)), wanted, interesting)))
    return found


def _worth_a_look(parts: list[Any], wanted: Any, interesting: dict[type, bool]) -> list[Any]:
    types = set(map(type_of, parts))
    for cls in types:
        if cls not in interesting:
            interesting[cls] = (
                issubclass(cls, wanted) or issubclass(cls, BaseAnnotation) or shape_of(cls) is not None
            )
    kept = {cls for cls in types if interesting[cls]}
    if len(kept) == len(types):
        return parts
    return [part for part in parts if type(part) in kept]


# ------------------------------------------------------------------ iterables


def isiterable(obj: Any) -> bool:
    """Whether `obj` is worth iterating over: texts, bytes and files are not."""
    return isinstance(obj, Iterable) and not isinstance(obj, _HOLDS_NO_ITEMS)


def ensure_iterable(obj: Any) -> Collection[Any]:
    """`obj` if it can be iterated over, else a list with `obj` in it."""
    return cast(Collection[Any], obj) if isinstance(obj, Iterable) else [obj]


def listrepr(objs: Iterable[Any], sep: str = " ") -> str:
    """The representations of the objects in one text."""
    return sep.join(map(repr, objs))


def extract_instances(objects: Iterable[Any], types: type[Any] | tuple[type[Any], ...] = object) -> Any:
    """The objects of a type as a list; of several types, as a dictionary of lists by exact type."""
    kept = [obj for obj in objects if isinstance(obj, types)]
    if not isinstance(types, tuple):
        return kept
    by_type: dict[type, list[Any]] = {}
    for obj in kept:
        by_type.setdefault(type_of(obj), []).append(obj)
    return by_type


def batched_iterable(iterable: Iterable[T], size: int) -> Generator[tuple[T, ...], None, None]:
    """Tuples of up to `size` items, in order."""
    items = iter(iterable)
    while batch := tuple(islice(items, size)):
        yield batch


def distinct(iterable: Iterable[T], key: Callable[[T], Hashable] | None = None) -> Iterator[T]:
    """The items without those that were there before; `key` says what makes two items the same."""
    seen: set[Any] = set()
    for item in iterable:
        mark: Any = item if key is None else key(item)
        if mark not in seen:
            seen.add(mark)
            yield item


# ------------------------------------------------------------------ nested dictionaries


def dict_to_flatdict(dct: Nested) -> dict[tuple[Any, ...], Any]:
    """One level, keyed by the paths to the values; an empty dictionary counts as a value."""
    flat: dict[tuple[Any, ...], Any] = {}

    def add(path: tuple[Any, ...], value: Any) -> None:
        if isinstance(value, dict) and (value or not path):
            for key, inner in cast(Nested, value).items():
                add((*path, key), inner)
        else:
            flat[path] = value

    add((), dct)
    return flat


def flatdict_to_dict(dct: dict[tuple[K, ...], Any]) -> dict[K, Any]:
    """The inverse of :func:`dict_to_flatdict`."""
    result: dict[K, Any] = {}
    for path, value in dct.items():
        level: Any = result
        for key in path[:-1]:
            level = level.setdefault(key, {})
        level[path[-1]] = value
    return result


def _path(keys: str | list[str]) -> list[Any]:
    return list(keys.split(".")) if isinstance(keys, str) else list(keys)


def get_from_dict(dct: Nested, keys: str | list[str], default: Any = None) -> Any:
    """The value at a path (``"a.b.0"`` or a list of keys; numbers index lists), or `default`."""
    value: Any = dct
    for key in _path(keys):
        if isinstance(value, dict) and key in value:
            value = cast(Nested, value)[key]
        elif isinstance(value, Sequence) and not isinstance(value, str) and _is_index(key, len(value)):  # type: ignore[arg-type]
            value = cast("Sequence[Any]", value)[int(key)]
        else:
            return default
    return value


def _is_index(key: Any, length: int) -> bool:
    try:
        return -length <= int(key) < length
    except (TypeError, ValueError):
        return False


def set_in_dict(dct: Nested, keys: str | list[str], value: Any) -> None:
    """Set the value at a path, making the levels that are missing.

    Raises `TypeError` if a level holds something else than a dictionary.
    """
    *path, last = _path(keys)
    level: Any = dct
    for key in path:
        level = cast(Nested, level).setdefault(key, {})
        if not isinstance(level, dict):
            raise TypeError(f"Key {key!r} of {keys!r} holds a value that is not a dictionary.")
    level[last] = value


def deep_merge(dct: Nested, merge: Nested) -> Nested:
    """A new dictionary with the items of both; `merge` wins, and dictionaries under one key are merged."""
    result = dct.copy()
    for key, value in merge.items():
        mine = result.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            result[key] = deep_merge(cast(Nested, mine), cast(Nested, value))
        else:
            result[key] = value
    return result


def deep_merge_dicts(*dicts: Nested) -> Nested:
    """All the dictionaries merged, the later over the earlier."""
    result: Nested = {}
    for dct in dicts:
        result = deep_merge(result, dct)
    return result


def remove_nested_keys(keys_to_remove: list[Any], obj: Any) -> Any:
    """The dictionary without these keys, and the same for the dictionaries that are its values."""
    if not isinstance(obj, dict):
        return obj
    return {
        key: remove_nested_keys(keys_to_remove, value)
        for key, value in cast(Nested, obj).items()
        if key not in keys_to_remove
    }
