"""The settings of the server with where each value comes from; secrets are veiled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject
from prefect.settings import current
from prefect.settings.catalog import ENTRIES, Entry
from prefect.settings.errors import MASK

_PASSWORD = re.compile(r"(://[^/@\s:]*):[^/@\s]+@")
_WORDS = {"defaults": "default", "env": "environment", "override": "program"}


async def settings(unit: Unit) -> JsonObject:
    """Every setting by its dotted name, the profile, and which kind of database there is."""
    snapshot = current.snapshot()
    url = snapshot.values["server.database.connection_url"]
    return {
        "profile": snapshot.profile,
        "database": "PostgreSQL" if str(url or "").startswith("postgres") else "SQLite",
        "settings": [_told(snapshot, entry) for _, entry in sorted(ENTRIES.items())],
    }


def _told(snapshot: Any, entry: Entry) -> JsonObject:
    given = snapshot.given.get(entry.path)
    return {
        "name": entry.path,
        "env": entry.env,
        "value": _shown(entry, snapshot.values[entry.path]),
        "default": _shown(entry, entry.default),
        "source": _WORDS.get(source := snapshot.source_of(entry.path), source),
        "file": None if given is None or given.file is None else str(given.file),
        "is_changed": given is not None,
        "is_secret": entry.is_secret,
    }


def _shown(entry: Entry, value: Any) -> Any:
    """A value as JSON has it, without what nobody is to see."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if entry.is_secret:
        return MASK
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value)
        return {str(key): _shown(entry, each) for key, each in pairs.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(entry, each) for each in cast("Iterable[Any]", value)]
    return _PASSWORD.sub(rf"\1:{MASK}@", str(value))
