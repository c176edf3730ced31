"""Claiming due runs: an answer holds only runs that belong to the caller from then on."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from prefect._wire.common import DateTime, PrefectBaseModel, RequestBody
from prefect._wire.deployments import DeploymentResponse
from prefect._wire.flow_runs import FlowRunResponse
from prefect._wire.flows import Flow

LONGEST_WAIT_S = 60.0
MOST_RUNS = 200


class Claim(RequestBody):
    """How many runs are wanted, due until when, and how long to wait for the first.

    `owner` is the process that is to have them: by default the one that asks. `holds` are the runs that it
    has claimed before and not started; any other that it has is answered again, since it cannot know of it.
    """

    owner: str | None = None
    limit: int = Field(default=1, ge=1, le=MOST_RUNS)
    scheduled_before: DateTime | None = None
    wait_s: float = Field(default=0.0, ge=0.0, le=LONGEST_WAIT_S)
    holds: list[UUID] | None = None


class PoolClaim(Claim):
    """Claim runs of a pool; without names of queues, of all its queues."""

    work_queue_names: list[str] | None = None


class DeploymentsClaim(Claim):
    """Claim runs of some deployments."""

    deployment_ids: list[UUID]


class ClaimedRun(PrefectBaseModel):
    """A run that belongs to the owner, with all that is needed to start it."""

    flow_run: FlowRunResponse
    attempt: int
    lease_until: DateTime
    flow: Flow
    deployment: DeploymentResponse | None = None
    work_pool_id: UUID | None = None
    work_queue_id: UUID | None = None


class Claimed(PrefectBaseModel):
    """The runs, and when the next one is due that could not be handed out yet."""

    runs: list[ClaimedRun] = Field(default_factory=list[ClaimedRun])
    next_due: DateTime | None = None


class Release(RequestBody):
    """Give claimed runs back that have not been started, so that somebody else gets them."""

    flow_run_ids: list[UUID]
    owner: str | None = None
    message: str | None = None


class Released(PrefectBaseModel):
    """The runs that went back; the others were not the owner's, or had been started."""

    released: list[UUID] = Field(default_factory=list[UUID])
