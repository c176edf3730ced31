"""A fingerprint of any value that is the same in every process: what cache keys are made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from prefect._base.canonical import encode_to

_DIGEST_BYTES = 16

# A type's own way to be fingerprinted as an argument of a task: it gives another value that stands for it.
STABLE_TRANSFORMS: dict[type[Any], Callable[[Any], Any]] = {}


def digest(*values: Any) -> str:
    """The fingerprint of `values` as 32 hexadecimal digits.

    Raises what pickling raises for a value without lasting identity: a lock, a generator, an open file.
    """
    fingerprint = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    encode_to(fingerprint.update, values)
    return fingerprint.hexdigest()


def stands_for(value: Any) -> Any:
    """What an argument is fingerprinted by: what its type's transform gives, else the argument itself.

    The columns of a pandas frame are taken in the order of their names.
    """
    kind: type[Any] = value.__class__
    transform = STABLE_TRANSFORMS.get(kind)
    if transform is not None:
        return transform(value)
    if kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "pandas":
        order = sorted(range(len(value.columns)), key=lambda at: str(value.columns[at]))
        return value.iloc[:, order]
    return value
