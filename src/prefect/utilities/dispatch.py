"""Registries of subclasses by a key, so that a key in a document leads to its class.

>>> @register_base_type
... class Base: ...
>>> class Child(Base):
...     __dispatch_key__ = "child"
>>> lookup_type(Base, "child")
<class 'Child'>
"""

from __future__ import annotations

import warnings
from typing import Any, TypeVar, cast

T = TypeVar("T", bound=type[Any])

_registries: dict[type, dict[str, type]] = {}


def get_dispatch_key(cls_or_instance: Any, allow_missing: bool = False) -> str | None:
    """The key of a class: its attribute `__dispatch_key__`, which may be a function that gives it.

    Raises `ValueError` if there is none, unless that is allowed, and `TypeError` if it is no text.
    """
    cls: type = cls_or_instance if isinstance(cls_or_instance, type) else type(cls_or_instance)
    key: Any = getattr(cls, "__dispatch_key__", None)
    if callable(key):
        key = key()
    if key is None:
        if allow_missing:
            return None
        raise ValueError(
            f"Type {cls.__name__!r} does not define a value for '__dispatch_key__' which is required for "
            "registry lookup."
        )
    if not isinstance(key, str):
        raise TypeError(
            f"The '__dispatch_key__' of type {cls.__name__!r} must be text, not {type(key).__name__}."
        )
    return key


def register_base_type(cls: T) -> T:
    """Begin a registry: the class, if it has a key, and all its later subclasses are entered."""
    registry = _registries.setdefault(cls, {})
    key = get_dispatch_key(cls, allow_missing=True)
    if key is not None:
        registry[key] = cls
    original: Any = cls.__dict__.get("__init_subclass__")

    def __init_subclass__(subclass: Any, **kwargs: Any) -> None:
        if original is None:
            super(cls, subclass).__init_subclass__(**kwargs)
        else:
            original.__func__(subclass, **kwargs)
        register_type(subclass)

    cast(Any, cls).__init_subclass__ = classmethod(__init_subclass__)
    return cls


def register_type(cls: T) -> T:
    """Enter a class into the registry of its base. One without a key is left out."""
    registry = get_registry_for_type(cls)
    if registry is None:
        known = ", ".join(sorted(base.__name__ for base in _registries)) or "none"
        raise ValueError(f"No registry found for type {cls.__name__!r} with bases {known}.")
    key = get_dispatch_key(cls, allow_missing=True)
    if key is None:
        return cls
    before = registry.get(key)
    if before is not None and before is not cls and before.__qualname__ != cls.__qualname__:
        warnings.warn(
            f"Type {cls.__name__!r} takes the key {key!r} from the type {before.__name__!r}.", stacklevel=3
        )
    registry[key] = cls
    return cls


def get_registry_for_type(cls: type) -> dict[str, Any] | None:
    """The registry that a class belongs to; that of its nearest base that has one. None if there is none."""
    for base in cls.__mro__:
        if base in _registries:
            return cast(dict[str, Any], _registries[base])
    return None


def lookup_type(cls: T, dispatch_key: str) -> T:
    """The class with that key in the registry of `cls`. Raises `KeyError` if there is none."""
    registry = get_registry_for_type(cls) or {}
    try:
        return registry[dispatch_key]
    except KeyError:
        raise KeyError(
            f"No class found for dispatch key {dispatch_key!r} in registry for type {cls.__name__!r}."
        ) from None
