"""What the package's own settings models share: defaults, limits and values all come from the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from prefect.settings import computed, current, resolve, text
from prefect.settings.base import PrefectBaseSettings
from prefect.settings.catalog import ENTRIES

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
_BOUNDS = {">=": "ge", ">": "gt", "<=": "le", "<": "lt"}


def of(path: str) -> Any:
    """The field for the setting `path` of the table."""
    entry = ENTRIES[path]
    bounds: dict[str, Any] = {}
    if entry.limits is not None and not entry.kind.startswith("choice"):
        for bound in entry.limits.split():
            number = bound.lstrip("<>=")
            limit = float(number)
            kind = entry.kind.removesuffix("?")
            exact: Any = limit
            if kind == "duration":
                exact = resolve.seconds(limit)
            elif kind == "int":
                exact = int(limit)
            bounds[_BOUNDS[bound.removesuffix(number)]] = exact
    return Field(default_factory=lambda: wrapped(path, _default(path)), **bounds)


def _default(path: str) -> Any:
    """The default of a field; what is computed from other settings follows those that hold here."""
    values = current.active() if path in computed.PATHS else resolve.defaults()
    return values[path]


def wrapped(path: str, value: Any) -> Any:
    """A plain value as the models hold it: secrets are veiled, collections are the model's own."""
    if value is not None and ENTRIES[path].is_secret:
        return SecretStr(value)
    if isinstance(value, (dict, set, list)):
        return value.copy()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return value


class _Sources(PydanticBaseSettingsSource):
    """Everything that is set for a group and its subgroups, from all places at once."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        group = self.config.get("prefect_toml_table_header", ())
        snapshot = resolve.read()
        found: dict[str, Any] = {}
        for path in snapshot.given:
            *parents, name = path.split(".")
            if tuple(parents) == group:
                found[name] = snapshot.values[path]
        return found


class HouseSettings(PrefectBaseSettings):
    """A group of the package's own settings."""

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then all the places that settings are read from."""
        return init_settings, _Sources(settings_cls)

    @classmethod
    def path(cls, field: str) -> str:
        """The dotted name of one of the fields."""
        return ".".join((*cls.model_config.get("prefect_toml_table_header", ()), field))

    def to_environment_variables(
        self, exclude_unset: bool = False, include_secrets: bool = True, include_aliases: bool = False
    ) -> dict[str, str]:
        """These settings as environment variables.

        `exclude_unset` leaves out what was not set, `include_secrets=False` what is secret,
        `include_aliases` adds the older spellings. A setting without a value is left out.
        """
        found: dict[str, str] = {}
        for name in type(self).model_fields:
            if exclude_unset and name not in self.model_fields_set:
                continue
            value = getattr(self, name)
            if isinstance(value, HouseSettings):
                found.update(value.to_environment_variables(exclude_unset, include_secrets, include_aliases))
                continue
            entry = ENTRIES[self.path(name)]
            if value is None or (entry.is_secret and not include_secrets):
                continue
            shown = text.as_environment(value)
            found.update(dict.fromkeys(entry.envs if include_aliases else entry.envs[:1], shown))
        return found


def plain(settings: HouseSettings) -> dict[str, Any]:
    """The plain values of a model by dotted name."""
    found: dict[str, Any] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, HouseSettings):
            found.update(plain(value))
        else:
            found[settings.path(name)] = value.get_secret_value() if isinstance(value, SecretStr) else value
    return found


def built(model: type[HouseSettings], values: Mapping[str, Any], given: Mapping[str, object]) -> Any:
    """A model of values that are resolved already; only what is in `given` counts as set."""
    fields: dict[str, Any] = {}
    is_set: set[str] = set()
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, HouseSettings):
            fields[name] = built(inner, values, given)
            if fields[name].model_fields_set:
                is_set.add(name)
            continue
        path = model.path(name)
        fields[name] = wrapped(path, values[path])
        if path in given:
            is_set.add(name)
    return model.model_construct(_fields_set=is_set, **fields)
