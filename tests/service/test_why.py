"""Why a run is not running, from what is in the store."""

from __future__ import annotations

from typing import Any

import pytest
from tests.service.pools import Pool

from prefect._service.errors import NotFound


def codes(api: Any, run: str) -> list[str]:
    return [reason["code"] for reason in api("why.read", id=run)["reasons"]]


@pytest.fixture
def pool(api: Any) -> Pool:
    found = Pool(api)
    api("workers.heartbeat", work_pool_name="p", body={"name": "w"})
    found.polled()
    return found


def test_nobody_is_there(api: Any) -> None:
    pool = Pool(api)
    run = pool.run()
    assert codes(api, run) == ["no-worker"]
    api("workers.heartbeat", work_pool_name="p", body={"name": "w"})
    assert codes(api, run) == ["queue-not-polled"]
    pool.polled()
    assert codes(api, run) == ["just-due"]
    api.clock.advance(30)
    assert codes(api, run) == ["worker-busy"]
    assert "'w'" in api("why.read", id=run)["summary"]


def test_pauses_tell_who_and_since_when(api: Any, pool: Pool) -> None:
    run = pool.run()
    api.owner = "box:boot:42:7"
    api("work_pools.update", name="p", body={"is_paused": True})
    body = {"is_paused": True}
    api("work_queues.update_in_pool", work_pool_name="p", name="default", body=body)
    api.clock.advance(10)
    told = api("why.read", id=run)["reasons"]
    assert [reason["code"] for reason in told] == ["pool-paused", "queue-paused"]
    assert told[0]["text"].endswith("10 seconds ago by process 42 on box.")
    assert told[0]["since"] is not None


def test_limits_name_who_holds_their_slots(api: Any, pool: Pool) -> None:
    api("work_pools.update", name="p", body={"concurrency_limit": 1})
    body = {"concurrency_limit": 1}
    api("work_queues.update_in_pool", work_pool_name="p", name="default", body=body)
    first, second = pool.run(name="first"), pool.run(name="second")
    assert pool.claimed() == [first]
    told = api("why.read", id=second)
    assert [reason["code"] for reason in told["reasons"]] == ["pool-limit", "queue-limit"]
    assert "taken by 'first'" in told["summary"]


def test_a_run_waits_for_the_slot_of_its_deployment(api: Any, pool: Pool) -> None:
    api("deployments.update", id=pool.deployment_id, body={"concurrency_limit": 1})
    first, second = pool.run(name="first"), pool.run(name="second")
    assert pool.claimed(limit=2) == [first]
    told = api("why.read", id=second)
    assert told["reasons"][0]["code"] == "awaiting-slot"
    assert "taken by 'first'" in told["summary"]


def test_others_go_first(api: Any, pool: Pool) -> None:
    pool.run(in_s=-20)
    run = pool.run(in_s=-10)
    assert codes(api, run) == ["behind-others"]


def test_a_claim_is_told_with_its_owner(api: Any, pool: Pool) -> None:
    run = pool.run()
    assert pool.claimed("elsewhere:boot:1:1") == [run]
    assert codes(api, run) == ["starting"]
    api.clock.advance(40)
    assert codes(api, run) == ["owner-silent"]


def test_times_and_ends(api: Any, pool: Pool) -> None:
    run = pool.run(in_s=100)
    assert codes(api, run)[0] == "scheduled-later"
    api.set_flow(run, "COMPLETED", force=True)
    assert codes(api, run) == ["ended"]
    alone = api.flow_run(state={"type": "SCHEDULED"})["id"]
    assert codes(api, alone) == ["no-deployment"]
    with pytest.raises(NotFound):
        api("why.read", id=api.unit(_new_id))


async def _new_id(unit: Any) -> str:
    return unit.new_id()
