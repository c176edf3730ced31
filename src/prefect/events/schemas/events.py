"""What happened: events, and the resources that they are about."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self, cast
from uuid import UUID

from pydantic import ConfigDict, Field, RootModel, field_validator, model_validator

from prefect._base import labels as pure
from prefect._base import lazy
from prefect._base.ids import new_uuid
from prefect._wire.common import DateTime, PrefectBaseModel, now
from prefect.events.schemas.labelling import Labelled

settings: Any = lazy.module("prefect.settings")
matches = pure.matches


class Resource(Labelled):
    """Something that events are about: labels, of which ``prefect.resource.id`` says which one it is."""

    @model_validator(mode="after")
    def enforce_maximum_labels(self) -> Self:
        most: int = settings.active()["server.events.maximum_labels_per_resource"]
        if len(self.root) > most:
            raise ValueError(f"A resource may have {most} labels, this one has {len(self.root)}.")
        return self

    @model_validator(mode="after")
    def requires_resource_id(self) -> Self:
        if not self.root.get(pure.RESOURCE_ID):
            raise ValueError(f"A resource needs the label {pure.RESOURCE_ID!r}, and it may not be empty.")
        return self

    @property
    def id(self) -> str:
        return self[pure.RESOURCE_ID]

    @property
    def name(self) -> str | None:
        return self.get(pure.RESOURCE_NAME)

    def prefect_object_id(self, kind: str) -> UUID:
        """The id of the object that this resource stands for, of a kind such as ``prefect.flow-run``.

        Raises `ValueError` if it is of another kind.
        """
        prefix = kind if kind.endswith(".") else kind + "."
        if not self.id.startswith(prefix):
            raise ValueError(f"Resource ID {self.id} does not start with {prefix}")
        return UUID(self.id[len(prefix) :])


class RelatedResource(Resource):
    """A resource that plays the role ``prefect.resource.role`` in what happened to another."""

    @model_validator(mode="after")
    def requires_resource_role(self) -> Self:
        if not self.root.get(pure.RESOURCE_ROLE):
            raise ValueError(
                f"A related resource needs the label {pure.RESOURCE_ROLE!r}, and it may not be empty."
            )
        return self

    @property
    def role(self) -> str:
        return self[pure.RESOURCE_ROLE]


class Event(PrefectBaseModel):
    """Something that happened to a resource at an instant."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    occurred: DateTime = Field(default_factory=now, description="When it happened.")
    event: str = Field(description="What happened, as in ``prefect.flow-run.Completed``.")
    resource: Resource = Field(description="To what it happened.")
    related: list[RelatedResource] = Field(
        default_factory=list[RelatedResource], description="What else takes part in it."
    )
    payload: dict[str, Any] = Field(default_factory=dict[str, Any], description="Whatever else is known.")
    id: UUID = Field(default_factory=new_uuid, description="Made by whoever saw it.")
    follows: UUID | None = Field(default=None, description="The event that this one follows closely.")

    @field_validator("related")
    @classmethod
    def _limits_related(cls, value: list[RelatedResource]) -> list[RelatedResource]:
        most: int = settings.active()["server.events.maximum_related_resources"]
        if len(value) > most:
            raise ValueError(f"An event may have {most} related resources, this one has {len(value)}.")
        return value

    @property
    def size_bytes(self) -> int:
        """How long the event is as JSON."""
        return len(self.model_dump_json().encode())

    @property
    def involved_resources(self) -> Sequence[Resource]:
        """The resource and all related ones."""
        return [self.resource, *self.related]

    @property
    def resource_in_role(self) -> Mapping[str, RelatedResource]:
        """The first related resource of each role."""
        return {related.role: related for related in reversed(self.related)}

    @property
    def resources_in_role(self) -> Mapping[str, Sequence[RelatedResource]]:
        """The related resources of each role."""
        found: dict[str, list[RelatedResource]] = defaultdict(list)
        for related in self.related:
            found[related.role].append(related)
        return found

    def find_resource_label(self, label: str) -> str | None:
        """The value of a label of the resource, or with ``related:<role>:<label>`` of a related one."""
        return pure.find(label, self.resource.root, (related.root for related in self.related))


class ReceivedEvent(Event):
    """An event as the server has it."""

    received: DateTime = Field(description="When the server got to know of it.")


class ResourceSpecification(RootModel[dict[str, str | list[str]]]):
    """Which resources: for each label the value, or the values of which it has one.

    A value with ``*`` at its end is a beginning; with ``!`` before it, it must be anything else.
    """

    def matches_every_resource(self) -> bool:
        return pure.is_everything(self.root)

    def matches_every_resource_of_kind(self, prefix: str) -> bool:
        """Whether any resource whose id begins with `prefix` fits."""
        if self.matches_every_resource():
            return True
        values = self.get(pure.RESOURCE_ID) if len(self.root) == 1 else None
        return values is not None and any(value in (f"{prefix}.*", f"{prefix}*") for value in values)

    def includes(self, candidates: Iterable[Resource]) -> bool:
        """Whether one of the resources fits."""
        return pure.fits_any(self.root, (candidate.root for candidate in candidates))

    def matches(self, resource: Resource) -> bool:
        return pure.fits(self.root, resource.root)

    def items(self) -> Iterable[tuple[str, list[str]]]:
        return [(label, list(pure.listed(values))) for label, values in self.root.items()]

    def __contains__(self, key: str) -> bool:
        return key in self.root

    def __getitem__(self, key: str) -> list[str]:
        return list(pure.listed(self.root[key]))

    def pop(self, key: str, default: str | list[str] | None = None) -> list[str] | None:
        value = self.root.pop(key, default)
        return None if value is None else list(pure.listed(value))

    def get(self, key: str, default: str | list[str] | None = None) -> list[str] | None:
        value = self.root.get(key, default)
        return [] if value is None else list(pure.listed(value))

    def __len__(self) -> int:
        return len(self.root)

    def deepcopy(self) -> ResourceSpecification:
        return ResourceSpecification(root=copy.deepcopy(self.root))

    @model_validator(mode="before")
    @classmethod
    def _lists_of_texts(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            given = cast("Mapping[str, Any]", value)
            return {label: list(v) if isinstance(v, set | tuple) else v for label, v in given.items()}  # pyright: ignore[reportUnknownArgumentType]
        return value
