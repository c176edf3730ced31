"""Due runs of pools and deployments: which are handed out, to whom, and how they come back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.service.pools import Pool, ids

from prefect._base.notyet import NotYet
from prefect._service.errors import NotFound
from prefect._service.flow_runs import lapse

ANNA, BERT = "elsewhere:boot:1:1", "elsewhere:boot:2:2"


def test_a_poll_gives_runs_by_priority_then_time(api: Any) -> None:
    pool = Pool(api)
    pool.queue("low")
    later, sooner, low = pool.run(in_s=-1), pool.run(in_s=-2), pool.run("low", in_s=-9)
    assert pool.polled() == [sooner, later, low]
    assert pool.polled(limit=1) == [sooner]
    assert pool.polled(work_queue_names=["low"]) == [low]
    [told] = api("work_pools.get_scheduled_flow_runs", name="p", body={"limit": 1})
    assert told["flow_run"]["state"] is None
    assert told["flow_run"]["state_type"] == "SCHEDULED"
    assert told["work_pool_id"] == pool.row["id"]
    with pytest.raises(NotFound):
        pool.polled(work_queue_names=["other"])


def test_a_poll_takes_nothing_away(api: Any) -> None:
    pool = Pool(api)
    run = pool.run()
    assert pool.polled() == pool.polled() == [run]


def test_a_claimed_run_is_pending_and_belongs_to_its_owner(api: Any) -> None:
    pool = Pool(api)
    run = pool.run()
    answer = pool.claim(ANNA)
    [claimed] = answer["runs"]
    assert claimed["flow_run"]["id"] == run
    assert claimed["flow_run"]["state"]["type"] == "PENDING"
    assert claimed["flow"]["id"] == pool.flow_id
    assert claimed["deployment"]["id"] == pool.deployment_id
    assert claimed["flow_run"]["work_pool_name"] == "p"
    assert claimed["attempt"] == 1
    assert pool.claim(BERT) == {"runs": [], "next_due": None}
    api.owner, api.attempt = BERT, None
    assert api.set_flow(run, "PENDING")["status"] == "ABORT"


@pytest.mark.parametrize("paused", ["pool", "queue"])
def test_nothing_is_handed_out_while_paused(api: Any, paused: str) -> None:
    pool = Pool(api)
    run = pool.run()

    def pause(value: bool) -> None:
        if paused == "pool":
            api("work_pools.update", name="p", body={"is_paused": value})
        else:
            body = {"is_paused": value}
            api("work_queues.update_in_pool", work_pool_name="p", name="default", body=body)

    pause(True)
    assert pool.polled() == pool.claimed() == []
    pause(False)
    assert pool.claimed() == [run]


def test_limits_of_queues_do_not_hold_up_other_queues(api: Any) -> None:
    pool = Pool(api)
    pool.queue("first", priority=1, concurrency_limit=1)
    one, two, other = pool.run("first"), pool.run("first"), pool.run()
    assert pool.polled() == [one, other]
    assert pool.claimed(limit=5) == [one, other]
    assert pool.claimed(limit=5) == []
    api.set_flow(one, "COMPLETED", force=True)
    assert pool.claimed(limit=5) == [two]


def test_the_limit_of_the_pool_counts_all_queues(api: Any) -> None:
    pool = Pool(api, concurrency_limit=2)
    pool.queue("low")
    runs = [pool.run("low"), pool.run(), pool.run("low")]
    assert pool.claimed(limit=9) == [runs[1], runs[0]]
    assert pool.polled() == []
    api.set_flow(runs[1], "FAILED", force=True)
    assert pool.claimed(limit=9) == [runs[2]]


def test_what_is_due_later_is_told(api: Any) -> None:
    pool = Pool(api)
    run = pool.run(in_s=10)
    answer = pool.claim()
    assert answer["runs"] == []
    assert answer["next_due"] is not None
    before = answer["next_due"]
    assert pool.claimed(scheduled_before=before) == [run]


def test_who_waits_is_told_what_to_wait_for(api: Any) -> None:
    pool = Pool(api)
    pool.run(in_s=10)
    answer = pool.claim(wait_s=30)
    assert isinstance(answer, NotYet)
    assert pool.row["default_queue_id"] in answer.waits_for
    assert answer.look_us == api.clock.now_us() + 10_000_000
    assert answer.pause_s(answer.look_us - 4_000_000, 30) == 4
    assert answer.pause_s(api.clock.now_us(), 30) == 5  # looks in between, in case nobody tells
    assert answer.pause_s(api.clock.now_us(), 3) == 3


def test_a_claim_without_life_goes_back_to_its_queue(api: Any) -> None:
    pool = Pool(api)
    run = pool.run()
    assert pool.claimed(ANNA) == [run]
    for _ in range(8):  # as a keeper does
        api.clock.advance(5)
        api.unit(lapse.reap)
    assert pool.claim(BERT)["runs"][0]["attempt"] == 2
    assert pool.claimed(ANNA) == []


def test_a_claim_is_given_back(api: Any) -> None:
    pool = Pool(api)
    run = pool.run()
    assert pool.claimed(ANNA) == [run]
    body = {"owner": BERT, "flow_run_ids": [run]}
    assert api("claims.release", body=body) == {"released": []}
    assert api("claims.release", body={**body, "owner": ANNA}) == {"released": [run]}
    assert pool.claimed(BERT) == [run]


def test_an_answer_that_was_lost_is_given_again(api: Any) -> None:
    pool = Pool(api)
    run = pool.run()
    assert pool.claimed(ANNA, holds=[]) == [run]
    assert pool.claimed(ANNA, holds=[]) == [run]
    assert pool.claimed(ANNA, holds=[run]) == []
    assert pool.claimed(BERT, holds=[]) == []


def test_runs_of_deployments_are_claimed_by_their_ids(api: Any) -> None:
    pool = Pool(api)
    later, sooner = pool.run(in_s=-1), pool.run(in_s=-2)
    body = {"owner": ANNA, "deployment_ids": [pool.deployment_id], "limit": 2}
    assert ids(api("claims.deployments", body=body)) == [sooner, later]
    assert ids(api("claims.deployments", body=body)) == []
    assert api("deployments.read", id=pool.deployment_id)["status"] == "READY"


def test_a_slot_of_the_deployment_is_handed_on_at_once(api: Any) -> None:
    pool = Pool(api)
    api("deployments.update", id=pool.deployment_id, body={"concurrency_limit": 1})
    one, two = pool.run(), pool.run()
    assert pool.claimed(limit=5) == [one]
    waiting = api("flow_runs.read", id=two)
    assert waiting["state_name"] == "AwaitingConcurrencySlot"
    found = pool.claim(wait_s=5)
    limit = api("deployments.read", id=pool.deployment_id)["global_concurrency_limit"]
    assert limit["id"] in found.waits_for
    api.set_flow(one, "COMPLETED", force=True)
    assert pool.claimed() == [two]
    api.owner, api.attempt = "host:boot:1:1", 1
    assert api.set_flow(two, "RUNNING")["status"] == "ACCEPT"


def test_runs_that_retry_in_their_process_are_not_handed_out(api: Any) -> None:
    pool = Pool(api)
    pool.run(empirical_policy={"retry_type": "in_process", "retries": 1})
    assert pool.polled() == pool.claimed() == []


@pytest.mark.parametrize("workers", [8])
def test_no_run_is_handed_out_twice(api: Any, workers: int) -> None:
    pool = Pool(api)
    runs = {pool.run() for _ in range(40)}

    def work(number: int) -> list[str]:
        found: list[str] = []
        while got := pool.claimed(f"elsewhere:boot:{number}:1", limit=3):
            found += got
        return found

    with ThreadPoolExecutor(workers) as threads:
        taken = [id for found in threads.map(work, range(workers)) for id in found]
    assert len(taken) == len(set(taken))
    assert set(taken) == runs


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    queues=st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 3)), min_size=1, max_size=4),
    limit=st.none() | st.integers(0, 5),
    asked=st.integers(1, 8),
)
def test_what_is_handed_out_keeps_priorities_and_limits(
    api: Any, queues: list[tuple[int, int | None]], limit: int | None, asked: int
) -> None:
    pool = Pool(api, name=f"p-{api.unit(_new_id)}", concurrency_limit=limit)
    wanted: list[str] = []
    for number, (runs, queue_limit) in enumerate(queues):
        pool.queue(f"q{number}", concurrency_limit=queue_limit)
        made = [pool.run(f"q{number}") for _ in range(runs)]
        wanted += made if queue_limit is None else made[:queue_limit]
    most = asked if limit is None else min(asked, limit)
    assert pool.polled(limit=asked) == wanted[:most]
    assert pool.claimed(limit=asked) == wanted[:most]


async def _new_id(unit: Any) -> str:
    return unit.new_id()


def test_a_run_without_a_deployment_goes_to_a_pool(api: Any) -> None:
    pool = Pool(api)
    body = {"flow_id": pool.flow_id, "work_pool_name": "p", "state": {"type": "SCHEDULED"}}
    run = api("flow_runs.create", body=body)
    assert pool.claimed() == [run["id"]]
    told = api("flow_runs.read", id=run["id"])
    assert (told["work_pool_name"], told["work_queue_name"]) == ("p", "default")
    with pytest.raises(NotFound):
        api("flow_runs.create", body={**body, "work_pool_name": "other"})


def test_runs_deployments_and_flows_are_found_by_pool_and_queue(api: Any) -> None:
    pool, other = Pool(api, name="p"), Pool(api, name="q")
    pool.queue("fast")
    slow, fast, _ = pool.run(), pool.run("fast"), other.run()
    body: dict[str, Any] = {"work_pools": {"name": {"any_": ["p"]}}}
    assert {run["id"] for run in api("flow_runs.filter", body=body)} == {slow, fast}
    body["work_pool_queues"] = {"name": {"any_": ["fast"]}}
    [found] = api("flow_runs.filter", body=body)
    assert (found["id"], found["work_pool_name"], found["work_queue_name"]) == (fast, "p", "fast")
    assert api("flow_runs.count", body=body) == 1
    api("deployments.update", id=pool.deployment_id, body={"work_pool_name": "p", "work_queue_name": "fast"})
    assert [found["id"] for found in api("deployments.filter", body=body)] == [pool.deployment_id]
    assert api("flows.count", body={"work_pools": {"name": {"any_": ["p"]}}}) == 1
    assert api("flows.count", body={"work_pools": {"type": {"any_": ["other"]}}}) == 0
