"""The base of settings models: the package's own, and those that integrations declare for themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from prefect.settings import resolve, sources, text


class PrefectSettingsConfigDict(SettingsConfigDict, total=False):
    """The configuration of a settings model: that of pydantic, and the tables in TOML files that it is read
    from.
    """

    prefect_toml_table_header: tuple[str, ...]
    pyproject_toml_table_header: tuple[str, ...]


def build_settings_config(path: tuple[str, ...] = (), frozen: bool = False) -> PrefectSettingsConfigDict:
    """The configuration of a model for the group `path`.

    ``("integrations", "aws")`` reads ``PREFECT_INTEGRATIONS_AWS_*``, the table ``[integrations.aws]`` of
    ``prefect.toml`` and ``[tool.prefect.integrations.aws]`` of ``pyproject.toml``.
    """
    return PrefectSettingsConfigDict(
        env_prefix="_".join(("PREFECT", *(part.upper() for part in path))) + "_",
        env_file=".env",
        extra="ignore",
        toml_file="prefect.toml",
        prefect_toml_table_header=path,
        pyproject_toml_table_header=("tool", "prefect", *path),
        frozen=frozen,
    )


class PrefectBaseSettings(BaseSettings):
    """A group of settings, read from the same places in the same order as the package's own."""

    model_config = PrefectSettingsConfigDict(extra="forbid")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, ``.env``, ``prefect.toml``, ``pyproject.toml``, the active profile."""
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            PrefectTomlConfigSettingsSource(settings_cls),
            PyprojectTomlConfigSettingsSource(settings_cls),
            ProfileSettingsTomlLoader(settings_cls),
        )

    @staticmethod
    def _settings_warn_unused_config_keys(sources: Any, model_config: Any) -> None:
        """The file keys of the configuration are used by the sources of this module."""

    def to_environment_variables(
        self, exclude_unset: bool = False, include_secrets: bool = True, include_aliases: bool = False
    ) -> dict[str, str]:
        """These settings as environment variables.

        `exclude_unset` leaves out what was not set, `include_secrets=False` what is secret,
        `include_aliases` adds the older spellings. A setting without a value is left out.
        """
        del include_aliases  # a model of an integration has no older spellings
        prefix = self.model_config.get("env_prefix", "")
        found: dict[str, str] = {}
        for name in type(self).model_fields:
            if exclude_unset and name not in self.model_fields_set:
                continue
            value = getattr(self, name)
            if isinstance(value, PrefectBaseSettings):
                found.update(value.to_environment_variables(exclude_unset, include_secrets))
            elif value is not None and (include_secrets or not isinstance(value, SecretStr)):
                found[f"{prefix}{name.upper()}"] = text.as_environment(value)
        return found


class _FileSource(PydanticBaseSettingsSource):
    """Values from one table of a TOML file in the working directory."""

    file = ""
    config_key = ""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        header = cast("tuple[str, ...]", self.config.get(self.config_key, ()))
        found: Any = sources.read_table(Path(self.file))
        for name in header:
            found = cast("dict[str, Any]", found).get(name)
            if not isinstance(found, dict):
                return {}
        names = self.settings_cls.model_fields
        return {name: value for name, value in cast("dict[str, Any]", found).items() if name in names}


class PrefectTomlConfigSettingsSource(_FileSource):
    """Values from ``prefect.toml``."""

    file = "prefect.toml"
    config_key = "prefect_toml_table_header"


class PyprojectTomlConfigSettingsSource(_FileSource):
    """Values from ``pyproject.toml``."""

    file = "pyproject.toml"
    config_key = "pyproject_toml_table_header"


class ProfileSettingsTomlLoader(PydanticBaseSettingsSource):
    """Values from the active profile, under the names of environment variables."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        prefix = str(self.config.get("env_prefix") or "")
        stored: Mapping[str, Any] = resolve.active_profile(os.environ)
        found: dict[str, Any] = {}
        for name in self.settings_cls.model_fields:
            if f"{prefix}{name.upper()}" in stored:
                found[name] = stored[f"{prefix}{name.upper()}"]
        return found
