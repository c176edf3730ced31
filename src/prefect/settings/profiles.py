"""Profiles: named sets of settings in one file, one of them active."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect._base import lazy
from prefect.exceptions import MissingProfileError
from prefect.settings import current, packaged, profilefile, resolve, sources, text
from prefect.settings.catalog import ENTRIES, env_name, suggestion
from prefect.settings.constants import DEFAULT_PROFILES_PATH
from prefect.settings.keys import path_of
from prefect.settings.legacy import Setting, setting

coerce: Any = lazy.module("prefect.settings.coerce")
errors: Any = lazy.module("prefect.settings.errors")


class Profile:
    """A named set of settings. Keys may be setting objects or names; `source` is the file it comes from."""

    __slots__ = ("name", "settings", "source", "unknown")

    def __init__(
        self, name: str, settings: Mapping[Any, Any] | None = None, source: Path | None = None
    ) -> None:
        self.name = name
        self.settings: dict[Setting, Any] = _by_object(settings or {})
        self.source = source
        # what the file holds beside settings of this package (those of integrations): kept when it is saved
        self.unknown: Mapping[str, Any] = {}

    def to_environment_variables(self) -> dict[str, str]:
        """The settings as texts under their canonical names."""
        return {
            env_name(key.accessor): text.as_environment(value)
            for key, value in self.settings.items()
            if value is not None
        }

    def validate_settings(self) -> None:
        """Raise `InvalidSettings` for the values that do not fit their setting."""
        problems: list[Any] = []
        for key, value in self.settings.items():
            try:
                coerce.coerce(ENTRIES[key.accessor], value)
            except coerce.Unfit as unfit:
                shown = errors.MASK if key.is_secret else repr(value)
                problems.append(errors.Problem(key.name, shown, f"profile {self.name!r}", str(unfit)))
        if problems:
            raise errors.InvalidSettings(problems)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile):
            return NotImplemented
        return (self.name, self.to_environment_variables()) == (other.name, other.to_environment_variables())

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        shown = {key.name: errors.MASK if key.is_secret else value for key, value in self.settings.items()}
        return f"Profile(name={self.name!r}, settings={shown!r}, source={self.source!r})"


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: text.as_environment(value) for key, value in values.items()}


def _by_object(settings: Mapping[Any, Any]) -> dict[Setting, Any]:
    found: dict[Setting, Any] = {}
    for key, value in settings.items():
        path = path_of(key)
        if path is None:
            close = suggestion(str(key))
            hint = "" if close is None else f" Did you mean {close!r}?"
            raise errors.InvalidSettings(f"There is no setting {str(key)!r}.{hint}")
        found[setting(env_name(path))] = value
    return found


class ProfilesCollection:
    """All profiles by name, one of them active, or none."""

    def __init__(self, profiles: Iterable[Profile], active: str | None = None) -> None:
        self.profiles_by_name: dict[str, Profile] = {profile.name: profile for profile in profiles}
        self.active_name = active

    @property
    def names(self) -> set[str]:
        return set(self.profiles_by_name)

    @property
    def active_profile(self) -> Profile | None:
        """The active profile; None if none is, or it does not exist."""
        return None if self.active_name is None else self.profiles_by_name.get(self.active_name)

    def set_active(self, name: str | None, check: bool = True) -> None:
        """Make `name` the active one.

        Raises `MissingProfileError` if `check` is on and there is none of that name.
        """
        if check and name is not None and name not in self.profiles_by_name:
            raise _missing(name)
        self.active_name = name

    def update_profile(self, name: str, settings: Mapping[Any, Any], source: Path | None = None) -> Profile:
        """Set settings of a profile, which is made if there is none of that name; a value of None removes
        one.
        """
        old = self.profiles_by_name.get(name)
        merged = {**(old.settings if old is not None else {}), **_by_object(settings)}
        kept = {key: value for key, value in merged.items() if value is not None}
        profile = Profile(name, kept, source or (old.source if old is not None else None))
        profile.unknown = old.unknown if old is not None else {}
        self.profiles_by_name[name] = profile
        return profile

    def add_profile(self, profile: Profile) -> None:
        """Add a profile. Raises ValueError if there is one of that name."""
        if profile.name in self.profiles_by_name:
            raise ValueError(f"There is already a profile {profile.name!r}.")
        self.profiles_by_name[profile.name] = profile

    def remove_profile(self, name: str) -> None:
        """Remove a profile. Raises KeyError if there is none of that name."""
        del self.profiles_by_name[name]

    def without_profile_source(self, path: Path | None) -> ProfilesCollection:
        """The profiles that do not come from the file `path`."""
        others = [profile for profile in self.profiles_by_name.values() if profile.source != path]
        return ProfilesCollection(others, self.active_name)

    def to_dict(self) -> dict[str, Any]:
        """What `profiles.toml` holds."""
        return {
            "active": self.active_name,
            "profiles": {
                name: {**profile.to_environment_variables(), **_texts(profile.unknown)}
                for name, profile in self.items()
            },
        }

    def items(self) -> list[tuple[str, Profile]]:
        return list(self.profiles_by_name.items())

    def __getitem__(self, name: str) -> Profile:
        return self.profiles_by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.profiles_by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self.profiles_by_name)

    def __len__(self) -> int:
        return len(self.profiles_by_name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProfilesCollection):
            return NotImplemented
        return (self.active_name, self.profiles_by_name) == (other.active_name, other.profiles_by_name)

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        profiles = list(self.profiles_by_name.values())
        return f"ProfilesCollection(profiles={profiles!r}, active={self.active_name!r})"


def load_profiles(include_defaults: bool = True) -> ProfilesCollection:
    """The user's profiles, merged over the packaged ones unless `include_defaults` is off.

    Names in the file that are no settings are left out.
    """
    stored = sources.read_profiles(resolve.profiles_file())
    names = dict.fromkeys([*(packaged.PROFILES if include_defaults else ()), *stored.profiles])
    found = [_stored(name, stored, include_defaults) for name in names]
    return ProfilesCollection(found, stored.active or (packaged.DEFAULT if include_defaults else None))


def _stored(name: str, stored: sources.Profiles, include_defaults: bool) -> Profile:
    mine = stored.profiles.get(name)
    built_in: Mapping[str, str] = packaged.PROFILES.get(name, {}) if include_defaults else {}
    merged = {**built_in, **(mine or {})}
    known = {key: value for key, value in merged.items() if path_of(key) is not None}
    profile = Profile(name, known, DEFAULT_PROFILES_PATH if mine is None else stored.file)
    profile.unknown = {key: value for key, value in merged.items() if key not in known}
    return profile


def load_profile(name: str) -> Profile:
    """One profile. Raises `MissingProfileError`."""
    try:
        return load_profiles()[name]
    except KeyError:
        raise _missing(name) from None


def _missing(name: str) -> MissingProfileError:
    return MissingProfileError(f"Profile {name!r} not found.")


def profile_named(name: str) -> Profile:
    """One profile, or an empty one if there is none of that name."""
    found = load_profiles()
    return found[name] if name in found else Profile(name)


def load_current_profile() -> Profile:
    """The profile that holds here, with the settings that scopes around have changed."""
    profile = profile_named(current.snapshot().profile)
    return Profile(profile.name, {**profile.settings, **_by_object(current.changes())}, profile.source)


def save_profiles(profiles: ProfilesCollection) -> None:
    """Write the user's profiles; those that are as packaged are left out.

    Raises `InvalidSettings`, and writes nothing, if the file that is there is damaged.
    """
    user = profiles.without_profile_source(DEFAULT_PROFILES_PATH)
    profilefile.write(resolve.profiles_file(), user.to_dict())


def update_current_profile(settings: Mapping[Any, Any]) -> Profile:
    """Set settings of the profile that holds here and save it. A value of None removes a setting.

    Raises `InvalidSettings` for an unknown name or a value that does not fit; nothing is saved then.
    """
    return update_profile(current.snapshot().profile, settings)


def update_profile(name: str, settings: Mapping[Any, Any]) -> Profile:
    """Set settings of the profile `name` and save it; see :func:`update_current_profile`."""
    with editing() as profiles:
        profile = profiles.update_profile(name, settings, source=resolve.profiles_file())
        Profile(
            name, {key: value for key, value in settings.items() if value is not None}
        ).validate_settings()
        return profile


@contextmanager
def editing() -> Generator[ProfilesCollection]:
    """All profiles, to be changed inside a ``with`` block and saved at its end; other editors wait
    meanwhile.
    """
    with profilefile.locked(resolve.profiles_file()):
        profiles = load_profiles()
        yield profiles
        save_profiles(profiles)
