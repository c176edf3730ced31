"""Concurrency limits as the API speaks of them: limits, the slots taken of them, leases on slots."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from prefect._wire.common import (
    ActionBaseModel,
    Name,
    NonNegativeInteger,
    ObjectBaseModel,
    PrefectBaseModel,
    RequestBody,
)
from prefect._wire.deployments import ConcurrencyLimitStrategy
from prefect._wire.requests import Page

NonNegativeFloat = Annotated[float, Field(ge=0)]
PositiveInteger = Annotated[int, Field(gt=0)]
PositiveFloat = Annotated[float, Field(gt=0)]
LeaseDuration = Annotated[float, Field(ge=60, le=86_400)]
LimitNames = Annotated[list[str], Field(min_length=1)]


class ConcurrencyLimitV2(ObjectBaseModel):
    """A stored limit: at most `limit` slots of it are taken at a time, while it is `active`.

    With a decay taken slots come back by themselves, so many per second.
    """

    active: bool = True
    name: Name
    limit: int
    active_slots: int = 0
    denied_slots: int = 0
    slot_decay_per_second: float = 0
    avg_slot_occupancy_seconds: float = 2.0


class GlobalConcurrencyLimit(ObjectBaseModel):
    """A limit, as clients describe one."""

    name: str
    limit: int
    active: bool | None = True
    active_slots: int | None = 0
    slot_decay_per_second: float | None = 0.0


class GlobalConcurrencyLimitResponse(ObjectBaseModel):
    """A limit with the slots that are taken of it at the time of the answer."""

    active: bool = True
    name: str
    limit: int
    active_slots: int
    slot_decay_per_second: float = 2.0


class ConcurrencyLimitV2Create(ActionBaseModel):
    """A limit to be created."""

    active: bool = True
    name: Name
    limit: NonNegativeInteger
    active_slots: NonNegativeInteger = 0
    denied_slots: NonNegativeInteger = 0
    slot_decay_per_second: NonNegativeFloat = 0


class ConcurrencyLimitV2Update(ActionBaseModel):
    """What to change of a limit: the keys that are set and not None."""

    active: bool | None = None
    name: Name | None = None
    limit: NonNegativeInteger | None = None
    active_slots: NonNegativeInteger | None = None
    denied_slots: NonNegativeInteger | None = None
    slot_decay_per_second: NonNegativeFloat | None = None


class GlobalConcurrencyLimitCreate(ActionBaseModel):
    """A limit to be created, as clients ask for it."""

    name: Name
    limit: NonNegativeInteger
    active: bool | None = True
    active_slots: NonNegativeInteger | None = 0
    slot_decay_per_second: NonNegativeFloat | None = 0.0


class GlobalConcurrencyLimitUpdate(ActionBaseModel):
    """What to change of a limit, as clients ask for it."""

    name: Name | None = None
    limit: NonNegativeInteger | None = None
    active: bool | None = None
    active_slots: NonNegativeInteger | None = None
    slot_decay_per_second: NonNegativeFloat | None = None


class ConcurrencyLimitConfig(PrefectBaseModel):
    """The limit of a deployment: how many of its runs at once, and what becomes of further ones."""

    limit: int
    collision_strategy: ConcurrencyLimitStrategy = ConcurrencyLimitStrategy.ENQUEUE
    grace_period_seconds: int | None = Field(default=None, ge=60, le=86_400)


class ConcurrencyLeaseHolder(PrefectBaseModel):
    """Whose slots they are."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["flow_run", "task_run", "deployment"]
    id: UUID


class MinimalConcurrencyLimitResponse(PrefectBaseModel):
    """One of the limits that slots were taken of."""

    id: UUID
    name: str
    limit: int


class ConcurrencyLimitWithLeaseResponse(PrefectBaseModel):
    """The lease under which slots were taken, and of which limits."""

    lease_id: UUID
    limits: list[MinimalConcurrencyLimitResponse]


class LimitsFilter(Page):
    """Which part of the list of limits."""


class SlotsTake(RequestBody):
    """Take `slots` of each of these limits: all or none.

    A client that waits shows the same `ticket` (an id) with each try and so keeps its place in the queue; one
    that holds slots of the limit already `passes` those who wait. With `wait_s` the server waits in the
    client's stead for so many seconds before it refuses.
    """

    slots: PositiveInteger
    names: LimitNames
    mode: Literal["concurrency", "rate_limit"] = "concurrency"
    create_if_missing: bool | None = None
    ticket: UUID | None = None
    passes: bool = False
    wait_s: float | None = Field(default=None, ge=0, le=30)


class SlotsLease(SlotsTake):
    """Take slots under a lease of so many seconds."""

    lease_duration: LeaseDuration = 300
    holder: ConcurrencyLeaseHolder | None = None


class SlotsGiveBack(PrefectBaseModel):
    """Give `slots` of each of these limits back."""

    slots: PositiveInteger
    names: LimitNames
    occupancy_seconds: PositiveFloat | None = None
    create_if_missing: bool | None = None


class LeaseEnd(PrefectBaseModel):
    """Which lease is to end."""

    lease_id: UUID


class LeaseRenewal(RequestBody):
    """For how many seconds a lease is to last."""

    lease_duration: LeaseDuration = 300


class Withdrawal(PrefectBaseModel):
    """Whose places in queues are given up."""

    ticket: UUID


# -- the limits of tags, as older clients speak of them --------------------------------------------------


class ConcurrencyLimit(ObjectBaseModel):
    """The limit of a tag, with the task runs that hold its slots."""

    tag: str
    concurrency_limit: int
    active_slots: list[UUID] = Field(default_factory=list[UUID])


class ConcurrencyLimitCreate(ActionBaseModel):
    """The limit that a tag is to have."""

    tag: str
    concurrency_limit: NonNegativeInteger


class TagSlotsTake(PrefectBaseModel):
    """Take a slot of each of these tags for a task run."""

    names: list[str]
    task_run_id: UUID


class TagSlotsGiveBack(PrefectBaseModel):
    """Give back what a task run holds of these tags."""

    names: list[str]
    task_run_id: UUID


class TagLimitReset(PrefectBaseModel):
    """The task runs that are to hold the slots afterwards."""

    slot_override: list[UUID] | None = None
