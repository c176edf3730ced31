"""Concurrency limits through the clients."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.client.schemas.objects import ConcurrencyLeaseHolder
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError


def test_limits() -> None:
    client = get_client(sync_client=True)
    wanted = GlobalConcurrencyLimitCreate(name="db", limit=2)
    made = client.create_global_concurrency_limit(wanted)
    with pytest.raises(ObjectAlreadyExists):
        client.create_global_concurrency_limit(wanted)
    assert client.read_global_concurrency_limit_by_name("db").id == made
    changes = GlobalConcurrencyLimitUpdate(limit=3)
    assert client.update_global_concurrency_limit("db", changes).status_code == 204
    client.upsert_global_concurrency_limit_by_name("db", 4)
    client.upsert_global_concurrency_limit_by_name("api", 1, 0.5)
    found = {each.name: each for each in client.read_global_concurrency_limits()}
    assert (found["db"].limit, found["api"].slot_decay_per_second) == (4, 0.5)
    client.delete_global_concurrency_limit_by_name("db")
    with pytest.raises(ObjectNotFound):
        client.read_global_concurrency_limit_by_name("db")


def test_slots() -> None:
    client = get_client(sync_client=True)
    client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name="db", limit=1))
    holder = ConcurrencyLeaseHolder(type="task_run", id=uuid4())
    granted = client.increment_concurrency_slots_with_lease(["db"], 1, "concurrency", 60, holder).json()
    with pytest.raises(PrefectHTTPStatusError) as refused:
        client.increment_concurrency_slots(["db"], 1, "concurrency")
    assert refused.value.response.status_code == 423
    assert float(refused.value.response.headers["Retry-After"]) > 0
    lease_id = UUID(granted["lease_id"])
    assert client.renew_concurrency_lease(lease_id, 60).status_code == 204
    client.release_concurrency_slots_with_lease(lease_id)
    with pytest.raises(PrefectHTTPStatusError, match="410"):
        client.renew_concurrency_lease(lease_id, 60)
    assert client.increment_concurrency_slots(["db"], 1, "concurrency").json()[0]["name"] == "db"
    assert client.release_concurrency_slots(["db"], 1, 0.5).json()[0]["limit"] == 1


def test_limits_of_tags() -> None:
    client = get_client(sync_client=True)
    made = client.create_concurrency_limit("db", 1)
    run = uuid4()
    client.increment_v1_concurrency_slots(["db"], run)
    limit = client.read_concurrency_limit_by_tag("db")
    assert (limit.id, limit.active_slots) == (made, [run])
    client.decrement_v1_concurrency_slots(["db"], run, 1.0)
    client.reset_concurrency_limit_by_tag("db", [run])
    assert client.read_concurrency_limits(10, 0)[0].active_slots == [run]
    client.delete_concurrency_limit_by_tag("db")
    with pytest.raises(ObjectNotFound):
        client.read_concurrency_limit_by_tag("db")
