"""``prefect profile``: several sets of settings, one of them active."""

from __future__ import annotations

import os
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import connection, render, session
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError
from prefect.settings import packaged, profiles, resolve
from prefect.settings.constants import DEFAULT_PROFILES_PATH
from prefect.settings.profiles import Profile, ProfilesCollection

current: Any = lazy.module("prefect.settings.current")

app = Group("profile", "Keep several sets of settings and choose between them.")
Name = Annotated[str, Flag(help="The name of a profile.")]


@app.command("ls")
def ls(*, output: Output = None) -> None:
    """List your profiles; the active one has a star."""
    as_json = render.wants_json(output)
    active = resolve.active_profile_name(os.environ)
    names = list(profiles.load_profiles(include_defaults=False))
    if as_json:
        render.json_value([{"name": name, "active": name == active} for name in names])
        return
    render.table(["Available Profiles:"], [[f"{'*' if name == active else ' '} {name}"] for name in names])
    built_in = [name for name in packaged.PROFILES if name not in names]
    if built_in:
        render.line(f"Built in: {', '.join(built_in)}")


@app.command("create")
def create(
    name: Name,
    *,
    from_: Annotated[str | None, Flag("--from", help="Copy the settings of this profile.")] = None,
) -> None:
    """Make a profile."""
    with profiles.editing() as found:
        if name in profiles.load_profiles(include_defaults=False):
            raise CommandError(
                f"Profile '{name}' already exists. 'prefect profile delete {name}' removes it."
            )
        source = _existing(found, from_) if from_ is not None else None
        settings = {} if source is None else source.settings
        found.profiles_by_name[name] = Profile(name, settings, resolve.profiles_file())
    render.success(f"Created profile '{name}'" + ("." if source is None else f" from '{source.name}'."))
    render.line(f"Use it from now on:   prefect profile use '{name}'")
    render.line(f"Use it once:          prefect -p '{name}' config view")


def _existing(found: ProfilesCollection, name: str) -> Profile:
    if name not in found:
        raise CommandError(f"Profile '{name}' not found. 'prefect profile ls' lists those that exist.")
    return found[name]


@app.command("use")
def use(name: Name) -> None:
    """Make a profile the active one, and check that its API can be reached."""
    with profiles.editing() as found:
        _existing(found, name)
        found.set_active(name)
    os.environ["PREFECT_PROFILE"] = name
    current.forget()
    values = current.active()
    if values["api.url"] is None:
        render.success(f"Profile '{name}' is active. It names no server: runs are kept in {values['home']}.")
        return
    connection.check(values)
    kind = "Prefect Cloud" if values["api.url"].startswith(values["cloud.api_url"]) else "Prefect server"
    render.success(f"Connected to {kind} using profile '{name}'.")


@app.command("delete")
def delete(name: Name) -> None:
    """Remove a profile."""
    with profiles.editing() as found:
        _existing(found, name)
        if name == resolve.active_profile_name(os.environ):
            raise CommandError(f"Profile '{name}' is active. Make another one active before you remove it.")
        if found[name].source == DEFAULT_PROFILES_PATH:
            raise CommandError(f"Profile '{name}' is built in and cannot be removed.")
        render.agreed(f"Remove profile '{name}' and its settings?")
        found.remove_profile(name)
    render.success(f"Removed profile '{name}'.")


@app.command("rename")
def rename(name: Name, new_name: Annotated[str, Flag(help="Its new name.")]) -> None:
    """Give a profile another name."""
    with profiles.editing() as found:
        old = _existing(found, name)
        if new_name in found:
            raise CommandError(f"Profile '{new_name}' already exists.")
        renamed = Profile(new_name, old.settings, resolve.profiles_file())
        renamed.unknown = old.unknown
        found.profiles_by_name = {
            profile.name: profile
            for profile in (renamed if each is old else each for each in found.profiles_by_name.values())
        }
        if found.active_name == name:
            found.set_active(new_name)
    render.success(f"Renamed profile '{name}' to '{new_name}'.")
    if os.environ.get("PREFECT_PROFILE") == name:
        render.warning(f"PREFECT_PROFILE still says '{name}'; set it to '{new_name}' or remove it.")


@app.command("inspect")
def inspect(
    name: Annotated[str | None, Flag(help="The name of a profile; the active one if left out.")] = None,
    *,
    output: Output = None,
) -> None:
    """Show the settings of a profile."""
    as_json = render.wants_json(output)
    found = profiles.load_profiles()
    chosen = name or resolve.active_profile_name(os.environ)
    settings = _existing(found, chosen).to_environment_variables()
    if as_json:
        render.json_value(settings)
        return
    if name is None:
        render.line(f"The active profile is '{chosen}'.")
    if not settings:
        render.line(f"Profile '{chosen}' sets nothing.")
    for key, value in settings.items():
        render.line(f"{key}='{value}'")


@app.command("populate-defaults")
def populate_defaults() -> None:
    """Write the built-in profiles into your file, to be changed there."""
    with profiles.editing() as found:
        mine = profiles.load_profiles(include_defaults=False)
        missing = [name for name in packaged.PROFILES if name not in mine]
        if not missing:
            render.line("All built-in profiles are in your file already.")
            return
        if session.is_interactive():
            render.agreed(f"Add {', '.join(missing)} to {resolve.profiles_file()}?")
        for name in missing:
            found.profiles_by_name[name] = Profile(name, packaged.PROFILES[name], resolve.profiles_file())
    render.success(f"Added {', '.join(missing)} to {resolve.profiles_file()}.")
