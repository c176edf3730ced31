"""Hashes that are the same in every process, for cache keys and file names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from prefect._base import lazy
from prefect._base.canonical import encode
from prefect.exceptions import HashError

cloudpickle: Any = lazy.module("cloudpickle")

_md5 = partial(hashlib.md5, usedforsecurity=False)
_BLOCK = 1 << 20


def stable_hash(*args: str | bytes, hash_algo: Callable[..., Any] = _md5) -> str:
    """The hash of some texts, as hexadecimal digits. The pieces are hashed as if they were one."""
    hashed = hash_algo()
    for piece in args:
        hashed.update(piece.encode() if isinstance(piece, str) else piece)
    return hashed.hexdigest()


def file_hash(path: str | Path, hash_algo: Callable[..., Any] = _md5) -> str:
    """The hash of the content of a file, as hexadecimal digits."""
    hashed = hash_algo()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            hashed.update(block)
    return hashed.hexdigest()


def hash_objects(
    *args: Any, hash_algo: Callable[..., Any] = _md5, raise_on_failure: bool = False, **kwargs: Any
) -> str | None:
    """The hash of any objects, as hexadecimal digits: equal for equal objects, in every process.

    Order counts in lists and tuples, not in dictionaries and sets. Objects that cannot be hashed give None,
    or a `HashError` if `raise_on_failure` is set.
    """
    try:
        return stable_hash(*encode((args, kwargs)), hash_algo=hash_algo)
    except Exception as error:  # noqa: BLE001 - taken apart, an object may fail in any way of its own
        first = error
    try:
        return stable_hash(cloudpickle.dumps((args, kwargs)), hash_algo=hash_algo)
    except Exception as error:
        if not raise_on_failure:
            return None
        raise HashError(
            f"Unable to create hash - objects could not be serialized.\n  Taking apart: {first}\n"
            f"  Pickling: {error}"
        ) from error
