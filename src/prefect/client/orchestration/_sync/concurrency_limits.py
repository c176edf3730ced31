# Made by tools/make_sync_client.py from _async/concurrency_limits.py: change that and run it again.
"""Concurrency limits, the slots taken of them, and the limits of tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from prefect._wire.concurrency import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimit,
    GlobalConcurrencyLimitCreate,
    GlobalConcurrencyLimitResponse,
    GlobalConcurrencyLimitUpdate,
)
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from httpx import Response


class ConcurrencyLimitClient(BaseClient):
    """What can be done with concurrency limits.

    Whoever asks for a slot that is not free gets a `PrefectHTTPStatusError` with status 423, whose response
    says in ``Retry-After`` when to ask again. `prefect.concurrency` waits by itself.
    """

    # -- limits ------------------------------------------------------------------------------------

    def create_global_concurrency_limit(self, concurrency_limit: GlobalConcurrencyLimitCreate) -> UUID:
        """Create a limit; raises `ObjectAlreadyExists` if there is one of that name."""
        body = bodies.without_none(bodies.given(concurrency_limit))
        return UUID((self._call("concurrency_limits.create", body=body))["id"])

    def update_global_concurrency_limit(
        self, name: str, concurrency_limit: GlobalConcurrencyLimitUpdate
    ) -> Response:
        """Change what is set on `concurrency_limit`; raises `ObjectNotFound`."""
        self._call("concurrency_limits.update", id_or_name=name, body=bodies.given(concurrency_limit))
        return bodies.no_content()

    def delete_global_concurrency_limit_by_name(self, name: str) -> Response:
        """Remove a limit; raises `ObjectNotFound`."""
        self._call("concurrency_limits.delete", id_or_name=name)
        return bodies.no_content()

    def read_global_concurrency_limit_by_name(self, name: str) -> GlobalConcurrencyLimitResponse:
        """The limit of this name; raises `ObjectNotFound`."""
        found = self._call("concurrency_limits.read", id_or_name=name)
        return GlobalConcurrencyLimitResponse.model_validate(found)

    def upsert_global_concurrency_limit_by_name(
        self, name: str, limit: int, slot_decay_per_second: float | None = None
    ) -> None:
        """Create the limit of this name, or change the one that is there."""
        wanted: dict[str, Any] = {"name": name, "limit": limit}
        if slot_decay_per_second is not None:
            wanted["slot_decay_per_second"] = slot_decay_per_second
        try:
            self.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(**wanted))
        except ObjectNotFound:
            self.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(**wanted))

    def read_global_concurrency_limits(
        self, limit: int = 10, offset: int = 0
    ) -> list[GlobalConcurrencyLimitResponse]:
        """A page of limits, by name."""
        found = self._call("concurrency_limits.filter", body={"limit": limit, "offset": offset})
        return [GlobalConcurrencyLimitResponse.model_validate(each) for each in found]

    # -- slots -------------------------------------------------------------------------------------

    def increment_concurrency_slots(
        self, names: list[str], slots: int, mode: Literal["concurrency", "rate_limit"]
    ) -> Response:
        """Take slots of all these limits, or of none; the response lists the limits."""
        body = {"names": names, "slots": slots, "mode": mode}
        return bodies.response(self._call("concurrency_limits.increment", body=body))

    def increment_concurrency_slots_with_lease(
        self,
        names: list[str],
        slots: int,
        mode: Literal["concurrency", "rate_limit"],
        lease_duration: float,
        holder: ConcurrencyLeaseHolder | None = None,
    ) -> Response:
        """Take slots under a lease of so many seconds; the response has its id and the limits."""
        body = {"names": names, "slots": slots, "mode": mode, "lease_duration": lease_duration}
        if holder is not None:
            body["holder"] = bodies.dumped(holder)
        return bodies.response(self._call("concurrency_limits.increment_with_lease", body=body))

    def renew_concurrency_lease(self, lease_id: UUID, lease_duration: float) -> Response:
        """Let a lease last for so many seconds from now; an error with status 410 if it has ended."""
        self._call(
            "concurrency_limits.renew_lease",
            lease_id=bodies.text(lease_id),
            body={"lease_duration": lease_duration},
        )
        return bodies.no_content()

    def release_concurrency_slots(self, names: list[str], slots: int, occupancy_seconds: float) -> Response:
        """Give back slots that were taken without a lease and held for so long."""
        body = {"names": names, "slots": slots, "occupancy_seconds": occupancy_seconds}
        return bodies.response(self._call("concurrency_limits.decrement", body=body))

    def release_concurrency_slots_with_lease(self, lease_id: UUID) -> Response:
        """End a lease and give back its slots; nothing happens if it has ended."""
        self._call("concurrency_limits.decrement_with_lease", body={"lease_id": bodies.text(lease_id)})
        return bodies.no_content()

    # -- the limits of tags ------------------------------------------------------------------------

    def create_concurrency_limit(self, tag: str, concurrency_limit: int) -> UUID:
        """Let so many task runs with this tag run at once; the id of the limit."""
        body = {"tag": tag, "concurrency_limit": concurrency_limit}
        return UUID((self._call("tag_limits.create", body=body))["id"])

    def read_concurrency_limit_by_tag(self, tag: str) -> ConcurrencyLimit:
        """The limit of a tag with the runs that hold its slots; raises `ObjectNotFound`."""
        return ConcurrencyLimit.model_validate(self._call("tag_limits.read_by_tag", tag=tag))

    def read_concurrency_limits(self, limit: int, offset: int) -> list[ConcurrencyLimit]:
        """A page of the limits of tags, by tag."""
        found = self._call("tag_limits.filter", body={"limit": limit, "offset": offset})
        return [ConcurrencyLimit.model_validate(each) for each in found]

    def reset_concurrency_limit_by_tag(self, tag: str, slot_override: list[UUID | str] | None = None) -> None:
        """Free all slots of a tag; the task runs in `slot_override` then hold one each."""
        override = None if slot_override is None else [bodies.text(each) for each in slot_override]
        self._call("tag_limits.reset", tag=tag, body={"slot_override": override})

    def delete_concurrency_limit_by_tag(self, tag: str) -> None:
        """Remove the limit of a tag; raises `ObjectNotFound`."""
        self._call("tag_limits.delete_by_tag", tag=tag)

    def increment_v1_concurrency_slots(self, names: list[str], task_run_id: UUID) -> Response:
        """Take a slot of each of these tags for a task run."""
        body = {"names": names, "task_run_id": bodies.text(task_run_id)}
        return bodies.response(self._call("tag_limits.increment", body=body))

    def decrement_v1_concurrency_slots(
        self, names: list[str], task_run_id: UUID, occupancy_seconds: float
    ) -> Response:
        """Give back what a task run holds of these tags."""
        body = {
            "names": names,
            "task_run_id": bodies.text(task_run_id),
            "occupancy_seconds": occupancy_seconds,
        }
        return bodies.response(self._call("tag_limits.decrement", body=body))
