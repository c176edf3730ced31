"""The channel of workers."""

from __future__ import annotations

import contextlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.api.conftest import Server
from tests.api.sockets import Talk, talk
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from prefect._base import clock
from prefect._service.unit import Unit
from prefect._service.workers import cleanup

NEEDED = ["worker_heartbeat.v1", "work_pool_snapshot.v1"]
WHO = {"consumer_id": "c", "worker_name": "w", "heartbeat_interval_seconds": 30}


def path(pool: str = "p") -> str:
    return f"/work_pools/{pool}/workers/connect"


def say(found: Talk, type_: str, **payload: Any) -> str:
    id = str(uuid.uuid4())
    found.say(type=type_, id=id, sent_at="2026-01-01T00:00:00Z", payload=payload)
    return id


def hello(found: Talk, **more: Any) -> None:
    payload: dict[str, Any] = {
        **WHO,
        "worker_type": "process",
        "supported_channel_versions": ["work_pool_worker_channel.v1"],
        "requested_capabilities": NEEDED,
        **more,
    }
    say(found, "worker.hello.v1", **payload)


@pytest.fixture
def pool(http: httpx.Client) -> dict[str, Any]:
    return http.post("/work_pools/", json={"name": "p", "type": "process"}).json()


def test_a_worker_is_greeted_and_there(server: Server, http: httpx.Client, pool: dict[str, Any]) -> None:
    with talk(server.url, path()) as found:
        hello(found, work_queue_names=["default", "other"], requested_capabilities=[*NEEDED, "more.v9"])
        ready = found.hear()
        assert ready["type"] == "worker.ready.v1"
        told = ready["payload"]
        assert told["accepted_capabilities"] == NEEDED
        assert told["rejected_capabilities"] == ["more.v9"]
        assert told["resolved_work_queues"] == [{"id": pool["default_queue_id"], "name": "default"}]
        first = told["initial_snapshot"]
        assert (first["snapshot_sequence"], first["reason"]) == (1, "initial")
        assert first["work_pool"]["id"] == pool["id"]
        [worker] = http.post("/work_pools/p/workers/filter", json={}).json()
        assert (worker["name"], worker["status"]) == ("w", "ONLINE")
        say(found, "worker.heartbeat.v1", **WHO)
        http.patch("/work_pools/p", json={"concurrency_limit": 4})
        changed = found.hear()["payload"]
        assert (changed["snapshot_sequence"], changed["reason"]) == (2, "work_pool_updated")
        assert changed["work_pool"]["concurrency_limit"] == 4
        http.delete("/work_pools/p")
        assert found.close_reason() == (1008, "authorization_failed")


def test_a_heartbeat_for_a_pool_that_is_gone_sends_the_worker_away(
    server: Server, http: httpx.Client, pool: dict[str, Any]
) -> None:
    for _ in range(5):  # the deletion and the heartbeat are noticed in either order
        with talk(server.url, path()) as found:
            hello(found)
            found.hear()
            http.delete("/work_pools/p")
            with contextlib.suppress(ConnectionClosed):
                say(found, "worker.heartbeat.v1", **WHO)
            assert found.close_reason() == (1008, "authorization_failed")
        http.post("/work_pools/", json={"name": "p", "type": "process"})
    assert pool["id"] != http.get("/work_pools/p").json()["id"]


def test_a_pool_is_made_for_a_worker_that_wants_one(server: Server, http: httpx.Client) -> None:
    with talk(server.url, path("new")) as found:
        hello(found)
        assert found.close_reason() == (1008, "authorization_failed")
    with talk(server.url, path("new")) as found:
        hello(found, create_pool_if_not_found=True)
        assert found.hear()["payload"]["initial_snapshot"]["work_pool"]["type"] == "process"
    with talk(server.url, path("prefect-new")) as found:
        hello(found, create_pool_if_not_found=True)
        assert found.close_reason() == (1008, "authorization_failed")


@pytest.mark.usefixtures("pool")
def test_who_does_not_keep_to_the_protocol_is_sent_away(server: Server) -> None:
    with talk(server.url, path()) as found:
        say(found, "worker.heartbeat.v1", **WHO)
        assert found.close_reason() == (1002, "protocol_error")
    with talk(server.url, path()) as found:
        hello(found, unknown=1)
        assert found.close_reason() == (1002, "protocol_error")
    with talk(server.url, path()) as found:
        hello(found, supported_channel_versions=["v9"])
        assert found.close_reason() == (1008, "unsupported_version")
    for type_, payload in (
        ("worker.hello.v1", {}),
        ("worker.heartbeat.v1", {**WHO, "worker_name": "other"}),
    ):
        with talk(server.url, path()) as found:
            hello(found)
            found.hear()
            say(found, type_, **payload)
            assert found.close_reason() == (1002, "protocol_error")
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(server.url.replace("http", "ws") + path(), proxy=None),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_what_is_to_be_cleaned_up_goes_to_one_worker(server: Server, pool: dict[str, Any]) -> None:
    kind = cleanup.CANCELLING_TIMEOUT

    def enqueue(about: str) -> None:
        async def work(tx: Any) -> None:
            unit = Unit(tx, clock.system.now_us())
            await cleanup.enqueue(unit, pool["id"], kind=kind, target={"flow_run_id": about}, about=about)

        server.store.write(work).result(10)

    capabilities = [*NEEDED, "cleanup_delivery.v1"]
    enqueue("1")
    with talk(server.url, path()) as found:
        hello(found, requested_capabilities=capabilities, handled_cleanup_kinds=[kind])
        assert found.hear()["payload"]["effective_max_cleanup_concurrency"] == 1
        message = found.hear()["payload"]
        assert (message["kind"], message["target"]) == (kind, {"flow_run_id": "1"})
        held = {key: message[key] for key in ("message_id", "reservation_token")}
        enqueue("2")
        frame = say(found, "cleanup.renew.v1", **held)
        result = found.hear()["payload"]
        assert (result["request_frame_id"], result["status"]) == (frame, "accepted")
        assert result["lease_expires_at"] is not None
        say(found, "cleanup.ack.v1", **held)
        assert found.hear()["payload"]["operation"] == "ack"
        assert found.hear()["payload"]["target"] == {"flow_run_id": "2"}
    with talk(server.url, path()) as found:
        hello(found, requested_capabilities=capabilities, handled_cleanup_kinds=[kind])
        assert found.hear()["type"] == "worker.ready.v1"
        again = found.hear()["payload"]
        assert (again["target"], again["delivery_count"]) == ({"flow_run_id": "2"}, 2)


# -- claims that wait ----------------------------------------------------------------------------


def test_a_claim_waits_for_its_run(server: Server, http: httpx.Client, pool: dict[str, Any]) -> None:
    flow_id = http.post("/flows/", json={"name": "f"}).json()["id"]
    deployment = http.post("/deployments/", json={"name": "d", "flow_id": flow_id}).json()["id"]
    body = {"deployment_ids": [deployment], "owner": "h:b:1:1", "wait_s": 0.01}
    assert http.post("/claims/deployments", json=body).json() == {"runs": [], "next_due": None}
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(http.post, "/claims/deployments", json={**body, "wait_s": 20})
        run = http.post(
            "/flow_runs/",
            json={"flow_id": flow_id, "deployment_id": deployment, "state": {"type": "SCHEDULED"}},
        ).json()
        [claimed] = waiting.result(10).json()["runs"]
    assert claimed["flow_run"]["id"] == run["id"]
    assert claimed["flow_run"]["state"]["type"] == "PENDING"


# -- claims of who is gone ---------------------------------------------------------------------------

CLAIMS = [*NEEDED, "flow_run_claims.v1"]


def _due(http: httpx.Client) -> str:
    """A run of the pool that is due."""
    flow_id = http.post("/flows/", json={"name": "f"}).json()["id"]
    deployment = http.post("/deployments/", json={"name": "d", "flow_id": flow_id, "work_pool_name": "p"})
    made = http.post(f"/deployments/{deployment.json()['id']}/create_flow_run", json={})
    return made.json()["id"]


def test_runs_come_on_the_channel(server: Server, http: httpx.Client, pool: dict[str, Any]) -> None:
    with talk(server.url, path()) as found:
        hello(found, requested_capabilities=CLAIMS)
        assert found.hear()["payload"]["accepted_capabilities"] == CLAIMS
        asked = say(found, "claims.request.v1", owner="h:b:1:1", limit=2)
        run_id = _due(http)
        granted = found.hear()
        assert granted["type"] == "claims.granted.v1"
        assert granted["payload"]["request_frame_id"] == asked
        [claimed] = granted["payload"]["runs"]
        assert (claimed["flow_run"]["id"], claimed["attempt"]) == (run_id, 1)
        say(found, "claims.received.v1", request_frame_id=asked)
        say(found, "claims.request.v1", owner="h:b:1:1")
        say(found, "claims.request.v1", owner="h:b:1:1")  # one at a time
        assert found.close_reason() == (1002, "protocol_error")
    assert http.get(f"/flow_runs/{run_id}").json()["state"]["type"] == "PENDING"  # it was received


def test_runs_that_did_not_arrive_go_back(server: Server, http: httpx.Client, pool: dict[str, Any]) -> None:
    with talk(server.url, path()) as found:
        hello(found, requested_capabilities=CLAIMS)
        found.hear()
        say(found, "claims.request.v1", owner="h:b:1:1")
        run_id = _due(http)
        assert found.hear()["type"] == "claims.granted.v1"
    body = {"owner": "h:b:2:2", "wait_s": 20}
    [claimed] = http.post("/work_pools/p/claim", json=body).json()["runs"]
    assert (claimed["flow_run"]["id"], claimed["attempt"]) == (run_id, 2)


@pytest.mark.parametrize("by_channel", [True, False])
def test_who_is_gone_gets_nothing(
    server: Server, http: httpx.Client, pool: dict[str, Any], by_channel: bool
) -> None:
    """Neither on the channel nor by a request that waited, although its time is not over."""
    if by_channel:
        with talk(server.url, path()) as found:
            hello(found, requested_capabilities=CLAIMS)
            found.hear()
            say(found, "claims.request.v1", owner="h:b:1:1")
    else:
        leaving = httpx.Client(base_url=server.url, trust_env=False, timeout=0.2)
        with leaving, pytest.raises(httpx.ReadTimeout):
            leaving.post("/work_pools/p/claim", json={"owner": "h:b:1:1", "wait_s": 60})
    run_id = _due(http)
    body = {"owner": "h:b:2:2", "wait_s": 20}
    [claimed] = http.post("/work_pools/p/claim", json=body).json()["runs"]
    assert (claimed["flow_run"]["id"], claimed["attempt"]) == (run_id, 1)
