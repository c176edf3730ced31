"""The places that settings are read from, in their order of precedence.

Each reader answers with a layer: dotted name -> :class:`Given`, the raw value and where it stands. Values
are not looked at here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from prefect._base import lazy
from prefect.settings import packaged
from prefect.settings.catalog import ENTRIES, PATHS_BY_ENV, env_name

tomllib: Any = lazy.module("tomllib")
base: Any = lazy.module("prefect.settings.base")
dotenv: Any = lazy.module("prefect.settings.dotenv")
errors: Any = lazy.module("prefect.settings.errors")

ENVIRONMENT, DOTENV, PREFECT_TOML, PYPROJECT, PROFILE = (
    "env",
    ".env",
    "prefect.toml",
    "pyproject.toml",
    "profile",
)
SCOPE = "override"


class Given(NamedTuple):
    """A value that somebody gave: the raw value, the name it was given under, the kind of source, and the
    file.
    """

    value: Any
    name: str
    source: str
    file: Path | None = None
    key: tuple[str, ...] = ()


Layer = dict[str, Given]


class Profiles(NamedTuple):
    """What the file of profiles holds: `active` as written there, the user's profiles, and the file
    itself.
    """

    active: str | None
    profiles: Mapping[str, Mapping[str, Any]]
    file: Path | None


def _named(pairs: Iterable[tuple[str, Any]], source: str, file: Path | None = None, table: str = "") -> Layer:
    """A layer of values under names of environment variables; a canonical name wins over an alias."""
    layer: Layer = {}
    for name, value in pairs:
        path = PATHS_BY_ENV.get(name.upper())
        if path is None or (path in layer and name.upper() != env_name(path)):
            continue
        key = ("profiles", table, name) if source == PROFILE else ()
        layer[path] = Given(value, name, source, file, key)
    return layer


def environment(environ: Mapping[str, str]) -> Layer:
    return _named(
        ((name, text) for name, text in environ.items() if name[:8].upper() == "PREFECT_"), ENVIRONMENT
    )


def env_file(file: Path, environ: Mapping[str, str]) -> Layer:
    text = read_text(file)
    if text is None or "PREFECT_" not in text.upper():
        return {}
    return _named(dotenv.parse(text, environ).items(), DOTENV, file)


def prefect_toml(file: Path) -> Layer:
    text = read_text(file)
    return {} if text is None else _flat(_table(file, text), PREFECT_TOML, file, ())


def pyproject(file: Path) -> Layer:
    text = read_text(file)
    if text is None or "prefect" not in text or "tool" not in text:
        return {}
    header = ("tool", "prefect")
    found = _table(file, text)
    for name in header:
        inner: Any = found.get(name)
        if not isinstance(inner, dict):
            return {}
        found = cast("dict[str, Any]", inner)
    return _flat(found, PYPROJECT, file, header)


def profile(name: str, settings: Mapping[str, Any], file: Path | None) -> Layer:
    """The layer of a profile. Where profiles are read from is not for a profile to say."""
    layer = _named(settings.items(), PROFILE, file, name)
    layer.pop("profiles_path", None)
    return layer


def read_profiles(file: Path, *, strict: bool = False) -> Profiles:
    """The user's profiles.

    A damaged file is ignored with a warning; `strict` raises `InvalidSettings` for it.
    """
    try:
        return _profiles(file)
    except errors.InvalidSettings as bad:
        if strict:
            raise
        warn(f"{bad} Its profiles are ignored until it is repaired.")
        return Profiles(None, {}, None)


def _profiles(file: Path) -> Profiles:
    text = read_text(file)
    if text is None:
        return Profiles(None, {}, None)
    table = _table(file, text)
    active: Any = table.get("active")
    found: Any = table.get("profiles", {})
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in _values(found)):
        raise errors.InvalidSettings(f"{file}: [profiles] has to hold one table for each profile.")
    return Profiles(active if isinstance(active, str) else None, cast("dict[str, Any]", found), file)


def merged_profile(name: str, stored: Profiles) -> tuple[dict[str, Any], Path | None] | None:
    """The settings of a profile: those of the user over the packaged ones.

    None if there is no such profile.
    """
    mine, built_in = stored.profiles.get(name), packaged.PROFILES.get(name)
    if mine is None and built_in is None:
        return None
    return {**(built_in or {}), **(mine or {})}, stored.file if mine is not None else None


def read_text(file: Path) -> str | None:
    """The text of a file, or None when there is none."""
    try:
        with open(file, encoding="utf-8") as opened:
            return opened.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as bad:
        raise errors.InvalidSettings(f"{file.absolute()} cannot be read: {bad}") from bad


def read_table(file: Path) -> dict[str, Any]:
    """A TOML file; empty when there is none."""
    text = read_text(file)
    return {} if text is None else _table(file, text)


def _table(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        raise errors.InvalidSettings(f"{file.absolute()} is not valid TOML: {bad}.") from bad


def _values(table: Any) -> list[object]:
    return list(cast("dict[str, object]", table).values())


def _flat(table: Mapping[str, Any], source: str, file: Path, header: tuple[str, ...]) -> Layer:
    """Nested tables as dotted names; what is not a setting is left out."""
    layer: Layer = {}
    pending: list[tuple[tuple[str, ...], Mapping[str, Any]]] = [((), table)]
    while pending:
        prefix, part = pending.pop()
        for name, value in part.items():
            key = (*prefix, name)
            path = ".".join(key)
            if path in ENTRIES:
                layer[path] = Given(value, path, source, file, (*header, *key))
            elif isinstance(value, dict):
                pending.append((key, value))  # pyright: ignore[reportUnknownArgumentType]
    return layer


def warn(message: str) -> None:
    """One line for the person at the terminal; settings are read before any logging is set up."""
    print(f"WARNING: {message}", file=sys.stderr)


_BASE = ("PrefectTomlConfigSettingsSource", "ProfileSettingsTomlLoader", "PyprojectTomlConfigSettingsSource")


def __getattr__(name: str) -> Any:
    """The sources as classes of pydantic, which models of integrations are read from."""
    if name in _BASE:
        return getattr(base, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
