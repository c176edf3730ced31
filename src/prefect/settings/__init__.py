"""Settings: what users set in the environment, in files and in profiles.

The package's own code asks :func:`active` for plain values, which imports nothing heavy. Everything else here
is the public face, imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect.settings.catalog import PATHS_BY_ENV, suggestion
from prefect.settings.current import active, refresh

if TYPE_CHECKING:
    from prefect.settings.constants import DEFAULT_PROFILES_PATH
    from prefect.settings.context import get_current_settings, temporary_settings
    from prefect.settings.models.root import Settings, canonical_environment_prefix
    from prefect.settings.profiles import (
        Profile,
        ProfilesCollection,
        load_current_profile,
        load_profile,
        load_profiles,
        save_profiles,
        update_current_profile,
    )

legacy: Any = lazy.module("prefect.settings.legacy")

_NAMES = {
    "DEFAULT_PROFILES_PATH": "prefect.settings.constants",
    "Profile": "prefect.settings.profiles",
    "ProfilesCollection": "prefect.settings.profiles",
    "Settings": "prefect.settings.models.root",
    "canonical_environment_prefix": "prefect.settings.models.root",
    "get_current_settings": "prefect.settings.context",
    "load_current_profile": "prefect.settings.profiles",
    "load_profile": "prefect.settings.profiles",
    "load_profiles": "prefect.settings.profiles",
    "save_profiles": "prefect.settings.profiles",
    "temporary_settings": "prefect.settings.context",
    "update_current_profile": "prefect.settings.profiles",
}

__all__ = [
    "DEFAULT_PROFILES_PATH",
    "Profile",
    "ProfilesCollection",
    "Settings",
    "active",
    "canonical_environment_prefix",
    "get_current_settings",
    "load_current_profile",
    "load_profile",
    "load_profiles",
    "refresh",
    "save_profiles",
    "temporary_settings",
    "update_current_profile",
]

_lookup, _listing = lazy.names(__name__, _NAMES)


def __getattr__(name: str) -> Any:
    if name.startswith("PREFECT_"):
        if name in PATHS_BY_ENV:
            return legacy.setting(name)
        close = suggestion(name)
        hint = "" if close is None else f" Did you mean {close}?"
        raise AttributeError(f"There is no setting {name}.{hint}")
    return _lookup(name)


def __dir__() -> list[str]:
    return sorted({*_listing(), *PATHS_BY_ENV})
