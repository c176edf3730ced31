"""From the sources to one snapshot: every setting with its plain value, and where it came from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from prefect._base import lazy
from prefect.settings import coerce, computed, packaged, sources
from prefect.settings.catalog import ENTRIES, env_name
from prefect.settings.sources import SCOPE, Given, Layer, Profiles

errors: Any = lazy.module("prefect.settings.errors")
lines: Any = lazy.module("prefect.settings.lines")

_COLLECTIONS = {
    "names": set,
    "names or bool": set,
    "codes": set,
    "list": list,
    "texts": dict,
    "durations": dict,
}


def _default(kind: str, value: Any) -> Any:
    if kind == "duration":
        return timedelta(seconds=value)
    if kind == "path" and value is not None:
        return coerce.coerce(ENTRIES["home"], value)
    return value


_DEFAULTS = {path: _default(entry.kind, entry.default) for path, entry in ENTRIES.items()}
_DEFAULTS["server.services.db_vacuum.event_retention_overrides"] = {
    event: timedelta(seconds=seconds)
    for event, seconds in ENTRIES["server.services.db_vacuum.event_retention_overrides"].default.items()
}
_FRESH = {path: _COLLECTIONS[entry.kind] for path, entry in ENTRIES.items() if entry.kind in _COLLECTIONS}


class Snapshot:
    """All settings at one moment.

    `values` maps every dotted name to its plain value; `given` holds what was set and where; `soft` are
    defaults that a scope put in the place of the usual ones; `profile` is the name of the profile that was
    read.
    """

    __slots__ = ("values", "given", "soft", "profile", "model")

    def __init__(self, given: Mapping[str, Given], soft: Mapping[str, Any], profile: str) -> None:
        self.given = given
        self.soft = soft
        self.profile = profile
        self.values: Mapping[str, Any] = MappingProxyType(_evaluate(given, soft))
        self.model: Any = None  # the public `Settings` object, made when somebody asks for it

    def source_of(self, path: str) -> str:
        """The kind of source a value came from, as `sources.py` names them; else ``defaults``."""
        found = self.given.get(path)
        return "defaults" if found is None else found.source

    def scoped(
        self, updates: Mapping[str, Any], soft: Mapping[str, Any] | None = None, restore: Iterable[str] = ()
    ) -> Snapshot:
        """This snapshot with other values: `restore` goes back to defaults, `soft` replaces defaults,
        `updates` wins.
        """
        given = dict(self.given)
        for path in restore:
            given.pop(path, None)
        given.update({path: Given(value, path, SCOPE) for path, value in updates.items()})
        return Snapshot(given, {**self.soft, **(soft or {})}, self.profile)


def read(
    environ: Mapping[str, str] = os.environ,
    *,
    profile: str | None = None,
    profile_settings: Mapping[str, Any] | None = None,
    profile_wins: bool = False,
    updates: Mapping[str, Any] | None = None,
) -> Snapshot:
    """Read all sources.

    `profile` takes the place of the active profile, with `profile_settings` instead of the stored ones when
    given; `profile_wins` puts it above the environment; `updates` are above everything. Raises
    `InvalidSettings`.
    """
    upper = _above_profiles(environ)
    if profile is not None and profile_settings is not None:
        name, layer = profile, sources.profile(profile, profile_settings, None)
    elif _in_test_mode(upper):
        name, layer = profile or packaged.DEFAULT, {}
    else:
        stored = sources.read_profiles(profiles_file(upper))
        name, layer = _profile_layer(profile or environ.get("PREFECT_PROFILE"), stored)
    given = {**upper, **layer} if profile_wins else {**layer, **upper}
    given.update({path: Given(value, path, SCOPE) for path, value in (updates or {}).items()})
    return Snapshot(given, {}, name)


@cache
def defaults() -> Mapping[str, Any]:
    """Every setting as it is when nobody sets anything."""
    return MappingProxyType(_evaluate({}, {}))


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def active_profile(environ: Mapping[str, str]) -> Mapping[str, Any]:
    """The settings of the active profile as they are stored, under the names of environment variables."""
    upper = _above_profiles(environ)
    if _in_test_mode(upper):
        return {}
    stored = sources.read_profiles(profiles_file(upper))
    name = environ.get("PREFECT_PROFILE") or stored.active or packaged.DEFAULT
    found = sources.merged_profile(name, stored)
    return {} if found is None else found[0]


def active_profile_name(environ: Mapping[str, str]) -> str:
    """The profile that holds outside of any scope; values are not looked at."""
    upper = _above_profiles(environ)
    if _in_test_mode(upper):
        return packaged.DEFAULT
    return _profile_layer(environ.get("PREFECT_PROFILE"), sources.read_profiles(profiles_file(upper)))[0]


def profiles_file(upper: Layer | None = None) -> Path:
    """The file that the user's profiles are read from and saved to."""
    given = _above_profiles(os.environ) if upper is None else upper
    problems: list[Any] = []
    home = _value("home", given.get("home"), problems)
    named = _value("profiles_path", given.get("profiles_path"), problems)
    if problems:
        raise errors.InvalidSettings(problems)
    values: dict[str, Any] = {**_DEFAULTS, "home": home, "profiles_path": named}
    computed.places(values)
    return values["profiles_path"]


def _above_profiles(environ: Mapping[str, str]) -> Layer:
    """All layers that come before the profile, from the lowest to the highest."""
    here = Path()
    return {
        **sources.pyproject(here / "pyproject.toml"),
        **sources.prefect_toml(here / "prefect.toml"),
        **sources.env_file(here / ".env", environ),
        **sources.environment(environ),
    }


def _in_test_mode(given: Layer) -> bool:
    for path in ("testing.test_mode", "testing.unit_test_mode"):
        found = given.get(path)
        if found is not None and str(found.value).strip().lower() in coerce.TRUE:
            return True
    return False


def _profile_layer(wanted: str | None, stored: Profiles) -> tuple[str, Layer]:
    name = wanted or stored.active or packaged.DEFAULT
    found = sources.merged_profile(name, stored)
    if found is None:
        sources.warn(f"There is no profile {name!r}; the profile {packaged.DEFAULT!r} is used instead.")
        name = packaged.DEFAULT
        found = sources.merged_profile(name, stored)
        assert found is not None
    settings, file = found
    return name, sources.profile(name, settings, file)


def _evaluate(given: Mapping[str, Given], soft: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(_DEFAULTS)
    problems: list[Any] = []
    for path, fresh in _FRESH.items():
        values[path] = fresh(values[path])
    for path, value in soft.items():
        values[path] = _value(path, Given(value, path, SCOPE), problems)
    for path, found in given.items():
        values[path] = _value(path, found, problems)
    if not problems:
        computed.complete(
            values, given, lambda path, why: problems.append(_problem(path, given.get(path), why, values))
        )
    if problems:
        raise errors.InvalidSettings(problems)
    return values


def _value(path: str, found: Given | None, problems: list[Any]) -> Any:
    if found is None:
        return _DEFAULTS[path]
    try:
        return coerce.coerce(ENTRIES[path], found.value)
    except coerce.Unfit as unfit:
        problems.append(_problem(path, found, str(unfit), {}))
        return None


def _problem(path: str, found: Given | None, expected: str, values: Mapping[str, Any]) -> Any:
    if found is None:
        return errors.Problem(path, repr(values.get(path)), "default", expected)
    name = env_name(path) if found.source == SCOPE else found.name
    shown = errors.MASK if ENTRIES[path].is_secret else repr(found.value)
    return errors.Problem(name, shown, where(found), expected)


def where(found: Given) -> str:
    """The place of a value in words: ``environment``, or the file and its line."""
    if found.file is None:
        return {"env": "environment", SCOPE: "given in the program"}.get(found.source, found.source)
    text = sources.read_text(found.file) or ""
    line = lines.in_toml(text, found.key) if found.key else lines.in_dotenv(text, found.name)
    return f"{found.file.absolute()}" + ("" if line is None else f", line {line}")
