"""The table of settings as a look-up: by dotted name and by environment variable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from prefect._base import lazy
from prefect.settings.table import ROWS

difflib: Any = lazy.module("difflib")


class Entry(NamedTuple):
    """One setting; the columns are explained in `table.py`."""

    path: str
    kind: str
    default: Any
    limits: str | None = None
    alias: str | None = None

    @property
    def env(self) -> str:
        """The canonical environment variable."""
        return env_name(self.path)

    @property
    def envs(self) -> tuple[str, ...]:
        """Every environment variable that is read for it, the canonical one first."""
        return (self.env,) if self.alias is None else (self.env, f"PREFECT_{self.alias}")

    @property
    def is_secret(self) -> bool:
        return self.kind.startswith("secret")


def env_name(path: str) -> str:
    """``tasks.default_retries`` -> ``PREFECT_TASKS_DEFAULT_RETRIES``."""
    return "PREFECT_" + path.replace(".", "_").upper()


ENTRIES: Mapping[str, Entry] = {row[0]: Entry(*row) for row in ROWS}
PATHS_BY_ENV: Mapping[str, str] = {
    **{f"PREFECT_{entry.alias}": path for path, entry in ENTRIES.items() if entry.alias is not None},
    **{env_name(path): path for path in ENTRIES},
}


def path_of(key: object) -> str | None:
    """The dotted name for a setting object, an environment variable or a dotted name; None for anything
    else.
    """
    name = key if isinstance(key, str) else getattr(key, "accessor", None)
    if not isinstance(name, str):
        return None
    return name if name in ENTRIES else PATHS_BY_ENV.get(name.upper())


def suggestion(name: str) -> str | None:
    """The known name that is closest to `name`, in the same spelling; None when nothing is close."""
    import difflib

    known = list(PATHS_BY_ENV) if name.upper().startswith("PREFECT_") else list(ENTRIES)
    wanted = name.upper() if known[0].isupper() else name.lower()
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=0.75)
    return close[0] if close else None
