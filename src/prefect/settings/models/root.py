"""The root of all settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field

from prefect._base import lazy
from prefect.settings import computed, current
from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, built, of, plain
from prefect.settings.models.api import APISettings
from prefect.settings.models.cli import CLISettings
from prefect.settings.models.client import ClientSettings
from prefect.settings.models.cloud import CloudSettings
from prefect.settings.models.deployments import DeploymentsSettings
from prefect.settings.models.events import EventsSettings
from prefect.settings.models.experiments import ExperimentsSettings
from prefect.settings.models.flows import FlowsSettings
from prefect.settings.models.internal import InternalSettings
from prefect.settings.models.logging import LoggingSettings
from prefect.settings.models.plugins import PluginsSettings
from prefect.settings.models.results import ResultsSettings
from prefect.settings.models.runner import RunnerSettings
from prefect.settings.models.server.root import ServerSettings
from prefect.settings.models.tasks import TasksSettings
from prefect.settings.models.telemetry import TelemetrySettings
from prefect.settings.models.testing import TestingSettings
from prefect.settings.models.worker import WorkerSettings

keys: Any = lazy.module("prefect.settings.keys")
warnings: Any = lazy.module("warnings")


class Settings(HouseSettings):
    """Every setting, nested as in `prefect.toml`."""

    model_config = build_settings_config((), frozen=True)

    home: Path = of("home")
    profiles_path: Path = of("profiles_path")
    debug_mode: bool = of("debug_mode")
    api: APISettings = Field(default_factory=APISettings)
    cli: CLISettings = Field(default_factory=CLISettings)
    client: ClientSettings = Field(default_factory=ClientSettings)
    cloud: CloudSettings = Field(default_factory=CloudSettings)
    deployments: DeploymentsSettings = Field(default_factory=DeploymentsSettings)
    events: EventsSettings = Field(default_factory=EventsSettings)
    experiments: ExperimentsSettings = Field(default_factory=ExperimentsSettings)
    flows: FlowsSettings = Field(default_factory=FlowsSettings)
    internal: InternalSettings = Field(default_factory=InternalSettings)
    logging: LoggingSettings = Field(default_factory=LoggingSettings)
    plugins: PluginsSettings = Field(default_factory=PluginsSettings)
    results: ResultsSettings = Field(default_factory=ResultsSettings)
    runner: RunnerSettings = Field(default_factory=RunnerSettings)
    server: ServerSettings = Field(default_factory=ServerSettings)
    tasks: TasksSettings = Field(default_factory=TasksSettings)
    telemetry: TelemetrySettings = Field(default_factory=TelemetrySettings)
    testing: TestingSettings = Field(default_factory=TestingSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    ui_url: str | None = of("ui_url")
    silence_api_url_misconfiguration: bool = of("silence_api_url_misconfiguration")

    def copy_with_update(
        self,
        updates: Mapping[Any, Any] | None = None,
        set_defaults: Mapping[Any, Any] | None = None,
        restore_defaults: Iterable[Any] | None = None,
    ) -> Self:
        """These settings with others on top; see `temporary_settings` for the meaning of the arguments."""
        base = current.snapshot().scoped({path: plain(self)[path] for path in self._given()})
        fresh = keys.scoped(base, updates, set_defaults, restore_defaults)
        return built(type(self), fresh.values, fresh.given)

    def hash_key(self) -> str:
        """A text that is equal for equal settings."""
        return str(hash(tuple(sorted(self.to_environment_variables().items()))))

    @property
    def connected_to_cloud(self) -> bool:
        """Whether the API of these settings is that of Prefect Cloud."""
        return computed.connected_to_cloud(plain(self))

    def _given(self) -> set[str]:
        pending: list[HouseSettings] = [self]
        found: set[str] = set()
        while pending:
            group = pending.pop()
            for name in group.model_fields_set:
                value = getattr(group, name)
                if isinstance(value, HouseSettings):
                    pending.append(value)
                else:
                    found.add(group.path(name))
        return found

    def __getattr__(self, name: str) -> Any:
        path = keys.path_of(name) if name.startswith("PREFECT_") else None
        if path is None:
            return super().__getattr__(name)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        warnings.warn(
            f"`settings.{name}` is an old spelling; use `settings.{path}`.", DeprecationWarning, stacklevel=2
        )
        return plain(self)[path]


def canonical_environment_prefix(settings: Settings) -> str:
    """How the environment variables of these settings begin."""
    return str(settings.model_config.get("env_prefix") or "")
