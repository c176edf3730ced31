"""The frames of the worker channel, version 1: what workers and the server tell each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from prefect._wire.claims import MOST_RUNS
from prefect._wire.common import DateTime

VERSION = "work_pool_worker_channel.v1"
HEARTBEATS, SNAPSHOTS, CLEANUPS = "worker_heartbeat.v1", "work_pool_snapshot.v1", "cleanup_delivery.v1"
# an addition of ours: the channel hands out runs as they become due; other servers reject it, and are polled
CLAIMS = "flow_run_claims.v1"
REQUIRED = frozenset({HEARTBEATS, SNAPSHOTS})
CAPABILITIES = frozenset({*REQUIRED, CLEANUPS, CLAIMS})


class Part(BaseModel):
    """A piece of a frame; keys that it does not know are an error."""

    model_config = ConfigDict(extra="forbid")


class Frame(Part):
    """The envelope of all frames."""

    type: str
    id: UUID
    sent_at: DateTime
    payload: dict[str, Any]


class Hello(Part):
    """The first frame of a worker."""

    consumer_id: str
    worker_name: str
    worker_type: str
    heartbeat_interval_seconds: float = Field(gt=0)
    supported_channel_versions: list[str]
    requested_capabilities: list[str]
    work_queue_names: list[str] = Field(default_factory=list[str])
    handled_cleanup_kinds: list[str] = Field(default_factory=list[str])
    max_cleanup_concurrency: int = Field(default=0, ge=0)
    create_pool_if_not_found: bool = False
    default_base_job_template: dict[str, Any] = Field(default_factory=dict[str, Any])
    worker_metadata: dict[str, Any] | None = None


class Heartbeat(Part):
    """The worker is there."""

    consumer_id: str
    worker_name: str
    heartbeat_interval_seconds: float = Field(gt=0)


class Reservation(Part):
    """A cleanup message is done, or takes longer."""

    message_id: str
    reservation_token: str


class Release(Reservation):
    """A cleanup message is given back."""

    reason: str


class ClaimRequest(Part):
    """The next runs are wanted, for a process: one such request at a time."""

    owner: str
    limit: int = Field(default=1, ge=1, le=MOST_RUNS)
    work_queue_names: list[str] | None = None


class ClaimReceived(Part):
    """The runs that were granted have arrived, and are started."""

    request_frame_id: str
