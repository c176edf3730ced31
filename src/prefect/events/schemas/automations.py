"""Automations: a trigger that watches for events, and what is done when it fires."""

# each kind narrows `type`, which models allow
# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal, Self, TypeAlias, cast
from uuid import UUID

from pydantic import Discriminator, Field, PrivateAttr, Tag, field_validator, model_validator

from prefect._wire.common import PrefectBaseModel
from prefect.events.actions import ActionTypes, RunDeployment
from prefect.events.schemas.events import ResourceSpecification
from prefect.utilities.collections import AutoEnum

Selection: TypeAlias = ResourceSpecification | dict[str, str | list[str]]
LEAST_PROACTIVE_WITHIN = timedelta(seconds=10)


class Posture(AutoEnum):
    """Whether a trigger fires when events come, when they stay away, or by a metric."""

    Reactive = "Reactive"
    Proactive = "Proactive"
    Metric = "Metric"


class Trigger(PrefectBaseModel, ABC):
    """What an automation waits for."""

    type: str

    # what `as_automation` needs to know of the deployment that the trigger runs
    _deployment_id: UUID | None = PrivateAttr(default=None)

    @abstractmethod
    def describe_for_cli(self, indent: int = 0) -> str:
        """What it is, in a few lines."""

    def set_deployment_id(self, deployment_id: UUID) -> None:
        """Make this the trigger of a deployment."""
        self._deployment_id = deployment_id

    def owner_resource(self) -> str | None:
        """The resource that owns the automation of this trigger."""
        return f"prefect.deployment.{self._deployment_id}"

    def actions(self) -> list[ActionTypes]:
        """What its automation does: run the deployment."""
        assert self._deployment_id
        return [
            RunDeployment(
                source="selected",
                deployment_id=self._deployment_id,
                parameters=getattr(self, "parameters", None),
                job_variables=getattr(self, "job_variables", None),
                schedule_after=getattr(self, "schedule_after", timedelta(0)),
            )
        ]

    def as_automation(self) -> AutomationCore:
        """The automation that runs the deployment of this trigger."""
        assert self._deployment_id
        name: str | None = getattr(self, "name", None)
        return AutomationCore(
            name=name or f"Automation for deployment {self._deployment_id}",
            description=getattr(self, "description", ""),
            enabled=getattr(self, "enabled", True),
            trigger=self.plain(),
            actions=self.actions(),
            owner_resource=self.owner_resource(),
        )

    def plain(self) -> TriggerTypes:
        """The trigger without what says how it runs a deployment."""
        base = next(cls for cls in type(self).__mro__ if cls in _KINDS)
        return cast("TriggerTypes", base(**{name: getattr(self, name) for name in base.model_fields}))


class ResourceTrigger(Trigger, ABC):
    """A trigger that watches resources."""

    type: str
    match: Selection = Field(default_factory=lambda: ResourceSpecification(root={}))
    match_related: Selection | list[Selection] = Field(default_factory=lambda: ResourceSpecification(root={}))

    @field_validator("match", mode="before")
    @classmethod
    def coerce_match(cls, v: Any) -> Any:
        return ResourceSpecification.model_validate(v) if isinstance(v, Mapping) else v

    @field_validator("match_related", mode="before")
    @classmethod
    def coerce_match_related(cls, v: Any) -> Any:
        if isinstance(v, list):
            return [
                ResourceSpecification.model_validate(each) if isinstance(each, Mapping) else each
                for each in cast("list[Any]", v)
            ]
        return ResourceSpecification.model_validate(v) if isinstance(v, Mapping) else v


class EventTrigger(ResourceTrigger):
    """Fires when `threshold` of the expected events happen `within` a time, or when they do not."""

    type: Literal["event"] = "event"
    after: set[str] = Field(default_factory=set[str], description="Events that open the window.")
    expect: set[str] = Field(default_factory=set[str], description="Events that count; none stands for any.")
    for_each: set[str] = Field(default_factory=set[str], description="Labels to count separately by.")
    posture: Literal[Posture.Reactive, Posture.Proactive] = Posture.Reactive
    threshold: int = 1
    within: timedelta = Field(default=timedelta(0), ge=timedelta(0))

    @model_validator(mode="before")
    @classmethod
    def enforce_minimum_within_for_proactive_triggers(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        given = dict(cast("Mapping[str, Any]", data))
        if given.get("within") is None and "within" in given:
            raise ValueError("`within` should be a valid timedelta")
        if given.get("posture") in (Posture.Proactive, "Proactive"):
            within = given.get("within")
            if within in (None, 0, 0.0, timedelta(0)):
                given["within"] = LEAST_PROACTIVE_WITHIN
            else:
                seconds = within.total_seconds() if isinstance(within, timedelta) else within
                if isinstance(seconds, int | float) and seconds < LEAST_PROACTIVE_WITHIN.total_seconds():
                    raise ValueError("`within` of a Proactive trigger must be at least 10 seconds")
        return given

    @model_validator(mode="after")
    def _enforce_minimum_within_of_texts(self) -> Self:
        if self.posture == Posture.Proactive and self.within < LEAST_PROACTIVE_WITHIN:
            raise ValueError("`within` of a Proactive trigger must be at least 10 seconds")
        return self

    def describe_for_cli(self, indent: int = 0) -> str:
        expected = ", ".join(sorted(self.expect)) or "any event"
        if self.posture == Posture.Reactive:
            text = f"Reactive: expecting {self.threshold} of {expected}"
        else:
            text = f"Proactive: expecting {self.threshold} of {expected} within {self.within}"
        return textwrap.indent(text, "  " * indent)


class MetricTriggerOperator(Enum):
    """How a metric is compared."""

    LT = "<"
    LTE = "<="
    GT = ">"
    GTE = ">="


class PrefectMetric(Enum):
    """What can be measured of flow runs."""

    lateness = "lateness"
    duration = "duration"
    successes = "successes"


class MetricTriggerQuery(PrefectBaseModel):
    """Which metric, over which range, and for how long it has to be past the threshold."""

    name: PrefectMetric
    threshold: float
    operator: MetricTriggerOperator
    range: timedelta = Field(default=timedelta(seconds=300))
    firing_for: timedelta = Field(default=timedelta(seconds=300))

    @field_validator("range", "firing_for")
    @classmethod
    def enforce_minimum_range(cls, value: timedelta) -> timedelta:
        if value < timedelta(seconds=300):
            raise ValueError("The minimum range is 300 seconds (5 minutes)")
        return value


class MetricTrigger(ResourceTrigger):
    """Fires by a metric; a self-hosted server does not know how."""

    type: Literal["metric"] = "metric"
    posture: Literal[Posture.Metric] = Posture.Metric
    metric: MetricTriggerQuery

    def describe_for_cli(self, indent: int = 0) -> str:
        asked = self.metric
        return textwrap.indent(
            f"Metric: {asked.name.value} {asked.operator.value} {asked.threshold} for {asked.range}",
            "  " * indent,
        )


class CompositeTrigger(Trigger, ABC):
    """A trigger made of others."""

    type: Literal["compound", "sequence"]
    triggers: list[TriggerTypes]
    within: timedelta | None = None

    def set_deployment_id(self, deployment_id: UUID) -> None:
        super().set_deployment_id(deployment_id)
        for trigger in self.triggers:
            trigger.set_deployment_id(deployment_id)

    def _describe(self, heading: str, indent: int) -> str:
        inner = "\n".join(trigger.describe_for_cli(indent=indent + 1) for trigger in self.triggers)
        return "\n".join([textwrap.indent(heading, "  " * indent), inner])


class CompoundTrigger(CompositeTrigger):
    """Fires when `any`, `all` or so many of its triggers have fired within a time."""

    type: Literal["compound"] = "compound"
    require: int | Literal["any", "all"]

    @model_validator(mode="after")
    def validate_require(self) -> Self:
        if isinstance(self.require, int):
            if self.require < 1:
                raise ValueError("require must be at least 1")
            if self.require > len(self.triggers):
                raise ValueError("require must be at most the number of triggers")
        return self

    def describe_for_cli(self, indent: int = 0) -> str:
        heading = {"any": "Any of:", "all": "All of:"}.get(str(self.require), f"{self.require} of:")
        return self._describe(heading, indent)


class SequenceTrigger(CompositeTrigger):
    """Fires when its triggers have fired in their order within a time."""

    type: Literal["sequence"] = "sequence"

    def describe_for_cli(self, indent: int = 0) -> str:
        return self._describe("In this order:", indent)


def trigger_discriminator(value: Any) -> str:
    """The type of a trigger; where none is told, its keys say it."""
    if not isinstance(value, Mapping):
        return getattr(value, "type", "event")
    given = cast("Mapping[str, Any]", value)
    if "type" in given:
        return str(given["type"])
    if "triggers" in given:
        return "compound" if "require" in given else "sequence"
    return "event"


TriggerTypes: TypeAlias = Annotated[
    Annotated[EventTrigger, Tag("event")]
    | Annotated[MetricTrigger, Tag("metric")]
    | Annotated[CompoundTrigger, Tag("compound")]
    | Annotated[SequenceTrigger, Tag("sequence")],
    Discriminator(trigger_discriminator),
]
_KINDS: tuple[type[Trigger], ...] = (EventTrigger, MetricTrigger, CompoundTrigger, SequenceTrigger)

CompoundTrigger.model_rebuild()
SequenceTrigger.model_rebuild()


class AutomationCore(PrefectBaseModel):
    """What an automation is: when does it fire, and what does it do then."""

    name: str
    description: str = ""
    enabled: bool = True
    tags: list[str] = Field(default_factory=list[str])
    trigger: TriggerTypes
    actions: list[ActionTypes]
    actions_on_trigger: list[ActionTypes] = Field(default_factory=list[ActionTypes])
    actions_on_resolve: list[ActionTypes] = Field(default_factory=list[ActionTypes])
    owner_resource: str | None = None


class Automation(AutomationCore):
    """An automation that is stored."""

    id: UUID
