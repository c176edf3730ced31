"""The classes of blocks by their slugs, those of installed collections included."""

from __future__ import annotations

import importlib
import importlib.metadata
import threading
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.blocks.core import Block

COLLECTIONS = "prefect.collections"

_classes: dict[str, type[Block]] = {}
_collections: dict[str, ModuleType | Exception] | None = None
_loading = threading.RLock()


class UnknownBlockType(Exception):
    """There is no class for blocks of this type."""


def register(slug: str, cls: type[Block]) -> None:
    """Make `cls` the class of the blocks of a type; a class of another name that had the slug loses it."""
    before = _classes.get(slug)
    if before is not None and before.__qualname__ != cls.__qualname__:
        warnings.warn(
            f"The block class {cls.__qualname__} takes the type {slug!r} from {before.__qualname__}. Give it"
            " a `_block_type_slug` of its own if that is not meant.",
            stacklevel=4,
        )
    _classes[slug] = cls


def lookup(slug: str) -> type[Block]:
    """The class of the blocks of a type. Installed collections are imported if need be.

    Raises `UnknownBlockType` if there is none.
    """
    found = _known(slug)
    if found is None:
        load_prefect_collections()
        found = _known(slug)
    if found is None:
        raise UnknownBlockType(
            f"There is no class for blocks of the type {slug!r}. Import the module that defines it, or"
            " install the package that it comes with (`pip install prefect-<collection>`)."
        )
    return found


def _known(slug: str) -> type[Block] | None:
    found = _classes.get(slug)
    if found is None and slug in _HOMES:
        importlib.import_module(_HOMES[slug])
        found = _classes.get(slug)
    return found


# where the classes of the types that come with this package are, so that they need not be imported first
_HOMES = {
    "secret": "prefect.blocks.system",
    "json": "prefect.blocks.system",
    "string": "prefect.blocks.system",
    "date-time": "prefect.blocks.system",
    "local-file-system": "prefect.filesystems",
    "remote-file-system": "prefect.filesystems",
    "smb": "prefect.filesystems",
}


def load_prefect_collections(reload: bool = False) -> dict[str, ModuleType | Exception]:
    """Import the installed collections, once; gives each one's module, or the error that it raised."""
    global _collections
    with _loading:
        if _collections is None or reload:
            _collections = {
                entry.name: _loaded(entry) for entry in importlib.metadata.entry_points(group=COLLECTIONS)
            }
        return _collections


def _loaded(entry: Any) -> ModuleType | Exception:
    try:
        return entry.load()
    except Exception as error:  # noqa: BLE001 - a broken collection must not break the others
        warnings.warn(f"The collection {entry.name!r} cannot be imported: {error!r}", stacklevel=2)
        return error
