"""What all wire schemas share: the base models and the small annotated types of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast
from uuid import UUID, uuid4

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    model_validator,
)

from prefect._base.ids import new_uuid

M = TypeVar("M", bound="PrefectBaseModel")


def to_utc(at: datetime) -> datetime:
    """The same instant in UTC; a naive datetime is taken as UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def now() -> datetime:
    return datetime.now(UTC)


DateTime = Annotated[datetime, AfterValidator(to_utc)]
KeyValueLabels = dict[str, StrictBool | StrictInt | StrictFloat | str]
# names of flows, deployments, work pools and queues: whatever does not disturb a path or a query
Name = Annotated[str, Field(pattern=r"^[^/%&><]+$")]
NonNegativeInteger = Annotated[int, Field(ge=0)]


class PrefectBaseModel(BaseModel):
    """Base of the wire schemas. Models are built at their first use and ignore keys that they do not know."""

    model_config = ConfigDict(
        defer_build=True, extra="ignore", ser_json_timedelta="float", protected_namespaces=()
    )
    _reset_fields: ClassVar[frozenset[str]] = frozenset()

    def reset_fields(self) -> Self:
        """A copy whose identity (id, created, updated) is made anew."""
        fields = type(self).model_fields
        return self.model_copy(
            update={name: fields[name].get_default(call_default_factory=True) for name in self._reset_fields}
        )

    def __rich_repr__(self) -> Any:
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, UUID | datetime):
                value = str(value)
            yield name, value, field.get_default()


class RequestBody(PrefectBaseModel):
    """A body whose keys are named arguments: null stands for one that is left out."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        given = cast("dict[str, Any]", values)
        return {name: value for name, value in given.items() if value is not None}


class IDBaseModel(PrefectBaseModel):
    """Anything that has an id."""

    _reset_fields: ClassVar[frozenset[str]] = frozenset({"id"})

    id: UUID = Field(default_factory=uuid4)


class ObjectBaseModel(IDBaseModel):
    """A stored object; `created` and `updated` are None until it is stored."""

    _reset_fields: ClassVar[frozenset[str]] = frozenset({"id", "created", "updated"})

    created: DateTime | None = Field(default=None, repr=False)
    updated: DateTime | None = Field(default=None, repr=False)


class TimeSeriesBaseModel(IDBaseModel):
    """A stored object whose id sorts in the order of making."""

    id: UUID = Field(default_factory=new_uuid)


class ActionBaseModel(PrefectBaseModel):
    """A body that asks for a change; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid")


class CreatedBy(BaseModel):
    """Who made an object: an automation, a schedule, a deployment or a user."""

    id: UUID | None = None
    type: str | None = None
    display_value: str | None = None


class UpdatedBy(BaseModel):
    """Who changed an object last."""

    id: UUID | None = None
    type: str | None = None
    display_value: str | None = None


def set_run_policy_deprecated_fields(values: Any) -> Any:
    """Fill `retries` and `retry_delay` from the older pair of names where only those are given."""
    if not isinstance(values, Mapping):
        return values
    given = dict(cast("Mapping[str, Any]", values))
    if not given.get("retries") and given.get("max_retries"):
        given["retries"] = given["max_retries"]
    if not given.get("retry_delay") and given.get("retry_delay_seconds"):
        given["retry_delay"] = given["retry_delay_seconds"]
    return given
