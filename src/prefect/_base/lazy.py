"""Whole modules through a handle: declared at the top of a file, imported at the first use.

``engine = lazy.module("prefect._engine.flow")`` reads like an import, counts as one for the floors, and costs
nothing until an attribute is asked for.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any


class _LazyModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        loaded = importlib.import_module(self.__name__)
        value = getattr(loaded, name)
        if not isinstance(value, ModuleType):
            self.__dict__[name] = value
        return value


def module(name: str) -> Any:
    """A handle on the module `name`; the module itself when it is imported already."""
    known = sys.modules.get(name)
    if known is None or getattr(known.__spec__, "_initializing", False):  # maybe by another thread just now
        return _LazyModule(name)
    return known


def names(package: str, table: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` for a package whose names live elsewhere.

    `table` maps a public name to ``"module"`` or ``"module:attribute"``. A name that is not in the table but
    is a submodule of the package is imported as such.
    """

    def __getattr__(name: str) -> Any:
        where = table.get(name)
        if where is not None:
            target, _, attribute = where.partition(":")
            value = getattr(importlib.import_module(target), attribute or name)
            setattr(sys.modules[package], name, value)
            return value
        if not name.startswith("_"):
            try:
                return importlib.import_module(f"{package}.{name}")
            except ModuleNotFoundError as missing:
                if missing.name != f"{package}.{name}":
                    raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*table, *vars(sys.modules[package])})

    return __getattr__, __dir__
