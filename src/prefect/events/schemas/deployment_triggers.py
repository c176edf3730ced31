"""Triggers of deployments: automations in short, which run the deployment that they are given to."""

from __future__ import annotations

from abc import ABC
from datetime import timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from prefect._wire.common import PrefectBaseModel
from prefect.events.schemas.automations import (
    CompoundTrigger,
    EventTrigger,
    MetricTrigger,
    SequenceTrigger,
    trigger_discriminator,
)


class BaseDeploymentTrigger(PrefectBaseModel, ABC):
    """How the automation of a deployment's trigger is named, and how it runs the deployment."""

    name: str | None = None
    description: str = ""
    enabled: bool = True
    parameters: dict[str, Any] | None = None
    job_variables: dict[str, Any] | None = None
    schedule_after: timedelta = Field(default_factory=lambda: timedelta(0), ge=timedelta(0))


class DeploymentEventTrigger(BaseDeploymentTrigger, EventTrigger):
    """Runs the deployment when events come, or stay away."""


class DeploymentMetricTrigger(BaseDeploymentTrigger, MetricTrigger):
    """Runs the deployment by a metric."""


class DeploymentCompoundTrigger(BaseDeploymentTrigger, CompoundTrigger):
    """Runs the deployment when several triggers have fired."""


class DeploymentSequenceTrigger(BaseDeploymentTrigger, SequenceTrigger):
    """Runs the deployment when several triggers have fired in their order."""


def deployment_trigger_discriminator(value: Any) -> str:
    """The type of a deployment's trigger; where none is told, its keys say it."""
    return trigger_discriminator(value)


DeploymentTriggerTypes: TypeAlias = Annotated[
    Annotated[DeploymentEventTrigger, Tag("event")]
    | Annotated[DeploymentMetricTrigger, Tag("metric")]
    | Annotated[DeploymentCompoundTrigger, Tag("compound")]
    | Annotated[DeploymentSequenceTrigger, Tag("sequence")],
    Discriminator(deployment_trigger_discriminator),
]
