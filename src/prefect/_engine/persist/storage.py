"""Any storage of results behind one way to call it: our local one, blocks and other objects, blocking or
async.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from prefect._base import late
from prefect._base.ports import Ports
from prefect._engine import hooks
from prefect._engine.persist import kept
from prefect._engine.persist.local_storage import LocalStorage, NoSuchPath, NullFileSystem


class Storage(Protocol):
    """What a result store needs: the two methods may be blocking or async."""

    def read_path(self, path: str) -> Any: ...

    def write_path(self, path: str, content: bytes) -> Any: ...


async def read(storage: Storage, ports: Ports, path: str) -> bytes:
    """The content at `path`; raises what the storage raises where there is none."""
    if not isinstance(storage, kept.HomeStorage):
        return await _call(storage, "read_path", ports, path)
    try:
        return await ports.run(storage.read_path, path)
    except NoSuchPath:
        found = await kept.read(ports, storage, path)
        if found is None:
            raise
        return found


async def write(
    storage: Storage, ports: Ports, path: str, content: bytes, expiration: datetime | None = None
) -> None:
    """Put `content` at `path`; it is of no use after `expiration`."""
    await _call(storage, "write_path", ports, path, content)
    if isinstance(storage, kept.HomeStorage):
        await kept.keep(ports, storage, path, content, expiration)


Produce = Callable[[Callable[[bytes], object]], object]


async def write_pieces(
    storage: Storage, ports: Ports, path: str, produce: Produce, expiration: datetime | None = None
) -> None:
    """:func:`write` of what `produce` gives piece by piece; a local storage never holds it as a whole."""
    if not isinstance(storage, LocalStorage):
        pieces: list[bytes] = []
        await ports.run(produce, pieces.append)
        await write(storage, ports, path, b"".join(pieces), expiration)
        return
    await ports.run(storage.write_pieces, path, produce)
    if isinstance(storage, kept.HomeStorage):
        await kept.keep_file(ports, storage, path, expiration)


async def _call(storage: Storage, name: str, ports: Ports, *args: Any) -> Any:
    """Call a method of a storage the way that fits: its awaiting twin if there is one, else in a thread of
    its own.
    """
    if ports.is_async:
        method: Callable[..., Any] = getattr(storage, f"a{name}", None) or getattr(storage, name)
        if inspect.iscoroutinefunction(method):
            return await method(*args)
        value = await ports.run(method, *args)
        return await value if inspect.isawaitable(value) else value
    return await hooks.call(getattr(storage, name), ports, *args)


def is_null(storage: object) -> bool:
    """Whether a metadata storage stands for "keep no metadata"."""
    return isinstance(storage, NullFileSystem) or type(storage).__name__ == "NullFileSystem"


def block_id(storage: object) -> UUID | None:
    """The id of the document of a saved block; None for every other storage."""
    found = getattr(storage, "_block_document_id", None)
    return found if found is None or isinstance(found, UUID) else UUID(str(found))


def storage_key(storage: Storage, key: str) -> str:
    """What others need to find `key` again: the absolute path in a local storage that is no saved block, else
    `key`.

    Raises `ValueError` if the key leads out of a local storage.
    """
    if isinstance(storage, LocalStorage):
        return str(storage.resolve(key))
    resolve = getattr(storage, "_resolve_path", None)
    if resolve is not None and block_id(storage) is None:
        return str(resolve(key))
    return key


def is_block_reference(text: str) -> bool:
    """Whether `text` reads as ``block-type/block-name``: two names and one slash."""
    parts = text.split("/")
    return len(parts) == 2 and all(parts) and not text.startswith((".", "~")) and "\\" not in text


def check_saved(storage: object) -> None:
    """Raise `TypeError` for a block that was never saved: a run that is executed elsewhere could not
    find it.
    """
    if hasattr(storage, "_block_document_id") and block_id(storage) is None:
        raise TypeError(
            f"The result storage {type(storage).__name__} is not saved. Save it with `.save('name')` "
            "first, or give "
            "a path or the 'type/name' of a saved block."
        )


async def resolve(reference: Any, ports: Ports) -> Storage:
    """The storage that `reference` names.

    A path is a local directory, ``type/name`` or a UUID a saved block, an object with `read_path` and
    `write_path` is itself. Raises `TypeError` for anything else and `ValueError` for a block that does not
    exist.
    """
    if isinstance(reference, Path):
        return LocalStorage(reference)
    if isinstance(reference, str):
        if is_block_reference(reference):
            return _writable(await _load_block("block.by_name", ports, reference))
        return LocalStorage(reference)
    if isinstance(reference, UUID):
        return _writable(await _load_block("block.by_id", ports, reference))
    return _writable(reference)


async def _load_block(hook: str, ports: Ports, reference: str | UUID) -> Any:
    """A saved block; the hook is ``async def (reference, ports)``."""
    return await late.call(hook, reference, ports)


def _writable(storage: Any) -> Storage:
    if isinstance(storage, type) or not (hasattr(storage, "read_path") and hasattr(storage, "write_path")):
        raise TypeError(
            f"{storage!r} cannot store results: it needs the methods `read_path` and `write_path`. Give a "
            "path, the "
            "'type/name' of a saved block, or such a block."
        )
    return storage
