"""``prefect config``: see and change settings."""

from __future__ import annotations

import os
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError
from prefect.settings import coerce, profiles, resolve
from prefect.settings.catalog import ENTRIES, PATHS_BY_ENV, env_name, suggestion
from prefect.settings.errors import MASK

transport: Any = lazy.module("prefect._link.transport")
current: Any = lazy.module("prefect.settings.current")

app = Group("config", "See and change settings.")
# a profile is found with their help, so it cannot hold them
_NOT_IN_PROFILES = ("home", "profiles_path")


@app.command("view")
def view(
    *,
    show_defaults: Annotated[
        bool, Flag("--show-defaults", off=("--hide-defaults",), help="Show every setting.")
    ] = False,
    show_sources: Annotated[
        bool, Flag("--show-sources", off=("--hide-sources",), help="Say where each value comes from.")
    ] = True,
    show_secrets: Annotated[
        bool, Flag("--show-secrets", off=("--hide-secrets",), help="Show secrets in clear.")
    ] = False,
    output: Output = None,
) -> None:
    """Show the settings that are set, and where."""
    as_json = render.wants_json(output)
    snapshot = current.snapshot()
    paths = sorted(ENTRIES if show_defaults else snapshot.given, key=env_name)
    rows = [
        (env_name(path), _shown(snapshot, path, show_secrets), snapshot.source_of(path)) for path in paths
    ]
    url = snapshot.values["ui_url"]
    if as_json:
        found = [{"name": name, "value": value, "source": source} for name, value, source in rows]
        report: dict[str, Any] = {"profile": snapshot.profile, "settings": found}
        render.json_value(report if url is None else {**report, "ui_url": url})
        return
    render.line(f"PREFECT_PROFILE='{snapshot.profile}'")
    for name, value, source in rows:
        render.line(f"{name}='{value}'" + (f" (from {source})" if show_sources else ""))


def _shown(snapshot: Any, path: str, show_secrets: bool) -> str:
    if ENTRIES[path].is_secret and not show_secrets:
        return MASK
    given = snapshot.given.get(path)
    return str(snapshot.values[path] if given is None else given.value)


@app.command("set")
def set_(settings: Annotated[list[str], Flag(help="NAME=VALUE, several if need be.")]) -> None:
    """Set settings in the active profile."""
    pairs = [_pair(text) for text in settings]
    for name, value in pairs:
        _check(name, value)
    profile = resolve.active_profile_name(os.environ)
    profiles.update_profile(profile, {PATHS_BY_ENV[name]: value for name, value in pairs})
    for name, value in pairs:
        shown = MASK if ENTRIES[PATHS_BY_ENV[name]].is_secret else value
        render.success(f"Set '{name}' to '{shown}'.")
        for spelling in ENTRIES[PATHS_BY_ENV[name]].envs:
            if spelling in os.environ:
                render.warning(
                    f"The environment sets {spelling} too, and wins. 'unset {spelling}' removes it there."
                )
    render.success(f"Updated profile '{profile}'.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CommandError(f"'{text}' is not of the form NAME=VALUE.")
    return _known(name), value


def _known(name: str) -> str:
    if name.upper() not in PATHS_BY_ENV:
        close = suggestion(name if name.upper().startswith("PREFECT_") else f"PREFECT_{name}")
        raise CommandError(f"Unknown setting name '{name}'." + (f" Did you mean '{close}'?" if close else ""))
    return name.upper()


def _check(name: str, value: str) -> None:
    entry = ENTRIES[PATHS_BY_ENV[name]]
    if entry.path in _NOT_IN_PROFILES:
        raise CommandError(
            f"'{name}' cannot be kept in a profile. Set it as an environment variable instead."
        )
    try:
        coerce.coerce(entry, value)
    except coerce.Unfit as unfit:
        shown = MASK if entry.is_secret else value
        raise CommandError(f"'{shown}' does not fit {name}: expected {unfit}.") from None
    if entry.path == "api.url" and value:
        transport.parts_of(value)


@app.command("unset")
def unset(
    setting_names: Annotated[list[str], Flag(help="Names of settings.")],
    *,
    yes: Annotated[bool, Flag("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove settings from the active profile, so that their defaults hold again."""
    names = [_known(name) for name in setting_names]
    profile = resolve.active_profile_name(os.environ)
    stored = profiles.load_profiles()
    held = {key.accessor for key in stored[profile].settings} if profile in stored else set[str]()
    for name in names:
        if PATHS_BY_ENV[name] not in held:
            raise CommandError(f"'{name}' is not set in profile '{profile}'.")
    render.agreed(f"Remove {', '.join(names)} from profile '{profile}'?", yes=yes)
    profiles.update_profile(profile, dict.fromkeys(names))
    for name in names:
        render.success(f"Unset '{name}'.")
    render.success(f"Updated profile '{profile}'.")


@app.command("validate")
def validate() -> None:
    """Check all settings: that their values fit, and that the active profile has no unknown names."""
    snapshot = resolve.read()
    stored = resolve.active_profile(os.environ)
    unknown = [name for name in stored if name.upper() not in PATHS_BY_ENV and not _is_of_integration(name)]
    for name in unknown:
        close = suggestion(name)
        hint = f" Did you mean '{close}'?" if close else ""
        render.warning(f"Profile '{snapshot.profile}': there is no setting '{name}'.{hint}")
    if unknown:
        raise CommandError("Configuration is not valid.")
    render.success("Configuration valid!")


def _is_of_integration(name: str) -> bool:
    return name.upper().startswith("PREFECT_INTEGRATIONS_")
