"""Settings for a while: scopes in which other values or another profile hold."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import Token
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect.settings import current, keys, resolve

if TYPE_CHECKING:
    from prefect.settings.models.root import Settings
    from prefect.settings.profiles import Profile

house: Any = lazy.module("prefect.settings.house")
models: Any = lazy.module("prefect.settings.models.root")
profiles: Any = lazy.module("prefect.settings.profiles")


def get_current_settings() -> Settings:
    """The settings that hold here and now, as one nested object."""
    return _settings(current.snapshot())


def _settings(snapshot: Any) -> Settings:
    if snapshot.model is None:
        snapshot.model = house.built(models.Settings, snapshot.values, snapshot.given)
    return snapshot.model


@contextmanager
def temporary_settings(
    updates: Mapping[Any, Any] | None = None,
    set_defaults: Mapping[Any, Any] | None = None,
    restore_defaults: Iterable[Any] | None = None,
) -> Generator[Settings]:
    """Other settings inside a ``with`` block.

    `updates` hold whatever else is set; `set_defaults` only where nothing is set; `restore_defaults` names
    settings that go back to their default. Settings are named by object (``PREFECT_API_URL``), by
    environment variable or by dotted name. Raises `InvalidSettings` for an unknown name or a value that does
    not fit.
    """
    snapshot = keys.scoped(current.snapshot(), updates, set_defaults, restore_defaults)
    token = current.scope.set(snapshot)
    try:
        yield _settings(snapshot)
    finally:
        current.scope.reset(token)


class SettingsContext:
    """The settings and the profile that hold in a scope; entering it with ``with`` makes them hold."""

    __slots__ = ("_snapshot", "_profile", "_token")

    def __init__(self, snapshot: Any, profile: Profile | None = None) -> None:
        self._snapshot = snapshot
        self._profile = profile
        self._token: Token[Any] | None = None

    @property
    def settings(self) -> Settings:
        return _settings(self._snapshot)

    @property
    def values(self) -> Mapping[str, Any]:
        """Every setting by dotted name, as plain values."""
        return self._snapshot.values

    @property
    def profile(self) -> Profile:
        if self._profile is None:
            self._profile = profiles.profile_named(self._snapshot.profile)
        return self._profile

    @classmethod
    def get(cls) -> SettingsContext:
        """The context that holds here."""
        return cls(current.snapshot())

    def __enter__(self) -> SettingsContext:
        if self._token is not None:
            raise RuntimeError("Context already entered. Context enter calls cannot be nested.")
        self._token = current.scope.set(self._snapshot)
        return self

    def __exit__(self, *exc_info: object) -> None:
        token, self._token = self._token, None
        assert token is not None
        current.scope.reset(token)


def get_settings_context() -> SettingsContext:
    """The settings and the profile that hold here."""
    return SettingsContext.get()


def root_settings_context() -> SettingsContext:
    """The settings and the profile of the process, outside of any scope."""
    return SettingsContext(current.root())


def refresh_global_settings_context() -> None:
    """Read the environment, the files and the profile again."""
    current.refresh()


@contextmanager
def use_profile(
    profile: Profile | str, override_environment_variables: bool = False, include_current_context: bool = True
) -> Generator[SettingsContext]:
    """Another profile inside a ``with`` block.

    `override_environment_variables` puts the profile above the environment; `include_current_context` keeps
    what surrounding scopes changed. Raises `MissingProfileError` for an unknown name.
    """
    chosen: Profile = profiles.load_profile(profile) if isinstance(profile, str) else profile
    kept = current.changes() if include_current_context else {}
    snapshot = resolve.read(
        profile=chosen.name,
        profile_settings=chosen.to_environment_variables(),
        profile_wins=override_environment_variables,
        updates=kept,
    )
    with SettingsContext(snapshot, chosen) as context:
        yield context
