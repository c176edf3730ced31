"""Encryption of saved blocks: Fernet tokens, under one key or several of which the first encrypts.

Keys come from the environment, else one is made and kept in the database. To change the key, put the new
one before the old one (``PREFECT_SERVER_ENCRYPTION_KEY=new,old``): what is saved from then on is encrypted
with the new one, what was saved before is still read. A key that was once made in the database is always
tried, too.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from prefect._base import lazy
from prefect._base.jsontext import dumps, loads
from prefect._service.errors import OperationError
from prefect._service.unit import Unit
from prefect._store.sql import Queries

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

fernet: Any = lazy.module("cryptography.fernet")

sql = Queries(__file__, "keys.sql")

KEY_VARIABLES = ("PREFECT_SERVER_ENCRYPTION_KEY", "PREFECT_API_ENCRYPTION_KEY", "ORION_ENCRYPTION_KEY")
KEY_FILE_VARIABLE = "PREFECT_SERVER_ENCRYPTION_KEY_FILE"
CONFIGURATION_KEY = "ENCRYPTION_KEY"
_SEPARATOR = re.compile(r"[\s,]+")


class KeyRing(NamedTuple):
    """The keys at hand."""

    fernet: MultiFernet | None

    def encrypted(self, data: Any) -> str:
        """`data` as one token."""
        assert self.fernet is not None
        return self.fernet.encrypt(dumps(data).encode()).decode()

    def decrypted(self, token: str) -> Any:
        """What `encrypted` was given; raises `OperationError` if none of the keys fits."""
        if self.fernet is None:
            raise _unreadable()
        try:
            return loads(self.fernet.decrypt(token.encode()))
        except fernet.InvalidToken:
            raise _unreadable() from None


async def for_reading(unit: Unit) -> KeyRing:
    """The keys that saved blocks may have been encrypted with."""
    return _ring((*_given(), *await _kept(unit)))


async def for_writing(unit: Unit) -> KeyRing:
    """The same; if there is no key at all, one is made and kept."""
    keys = [*_given(), *await _kept(unit)]
    if not keys:
        made = fernet.Fernet.generate_key().decode()
        await unit.run(sql.key_keep, key=CONFIGURATION_KEY, value=dumps({"fernet_key": made}))
        keys = await _kept(unit)
    return _ring(tuple(keys))


def _given() -> list[str]:
    found: list[str] = []
    for name in KEY_VARIABLES:
        found += [key for key in _SEPARATOR.split(os.environ.get(name, "")) if key]
    path = os.environ.get(KEY_FILE_VARIABLE)
    if path:
        try:
            text = Path(path).expanduser().read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise OperationError(
                f"{KEY_FILE_VARIABLE} names {path}, which cannot be read: {error}"
            ) from error
        found += [key for key in _SEPARATOR.split(text) if key]
    return found


async def _kept(unit: Unit) -> list[str]:
    row = await unit.one(sql.key_kept, key=CONFIGURATION_KEY)
    return [] if row is None else [loads(row["value"])["fernet_key"]]


@cache
def _ring(keys: tuple[str, ...]) -> KeyRing:
    if not keys:
        return KeyRing(None)
    try:
        return KeyRing(fernet.MultiFernet([fernet.Fernet(key) for key in keys]))
    except ValueError as error:
        raise OperationError(
            f"A key for encryption in {', '.join(KEY_VARIABLES)} or {KEY_FILE_VARIABLE} is none: it has to"
            " be 32 bytes in URL-safe base64, as `cryptography.fernet.Fernet.generate_key()` makes them."
        ) from error


def _unreadable() -> OperationError:
    return OperationError(
        "A saved block was encrypted with a key that is not at hand. Give that key, after the new one, in"
        f" {KEY_VARIABLES[0]}: new,old."
    )
