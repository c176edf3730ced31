"""Both clients on the embedded API."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

import prefect.client
from prefect._wire.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterState, LogFilter
from prefect._wire.logs import LogCreate
from prefect._wire.sorts import FlowRunSort, LogSort
from prefect._wire.states import SetStateStatus, State, StateType
from prefect._wire.variables import VariableCreate, VariableUpdate
from prefect.client.base import ServerType
from prefect.client.orchestration import PrefectClient, SyncPrefectClient, get_client
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError

# what the client reads of a flow and of a task
FLOW: Any = SimpleNamespace(name="demo", version="v1", retries=2, retry_delay_seconds=3.5)
TASK: Any = SimpleNamespace(
    name="work",
    task_key="work-1",
    tags={"t"},
    version=None,
    retries=1,
    retry_delay_seconds=[1, 2],
    retry_jitter_factor=None,
)


@pytest.fixture
def client() -> SyncPrefectClient:
    return get_client(sync_client=True)


def test_flows(client: SyncPrefectClient) -> None:
    id = client.create_flow(FLOW)
    assert client.create_flow_from_name("demo") == id
    client.create_flow_from_name("other")
    assert client.read_flow(id) == client.read_flow_by_name("demo")
    assert [flow.name for flow in client.read_flows()] == ["demo", "other"]
    assert [flow.name for flow in client.read_flows(limit=1, offset=1)] == ["other"]
    named = FlowFilter(name=FlowFilterName(any_=["other"]))
    assert [flow.name for flow in client.read_flows(flow_filter=named)] == ["other"]
    client.delete_flow(id)
    with pytest.raises(ObjectNotFound) as missing:
        client.read_flow(id)
    assert isinstance(missing.value.http_exc, httpx.HTTPStatusError)
    assert missing.value.http_exc.response.status_code == 404


def test_flow_runs(client: SyncPrefectClient) -> None:
    run = client.create_flow_run(FLOW, parameters={"when": datetime(2026, 1, 1, tzinfo=UTC)}, tags=["x"])
    assert run.parameters == {"when": datetime(2026, 1, 1, tzinfo=UTC)}
    assert run.state is not None
    assert run.state.is_pending()
    found = client.read_flow_run(run.id)
    assert found.parameters == {"when": "2026-01-01T00:00:00Z"}
    assert (found.empirical_policy.retries, found.empirical_policy.retry_delay) == (2, 3)
    assert found.flow_version == "v1"

    result = client.set_flow_run_state(run.id, State(type=StateType.RUNNING))
    assert result.status is SetStateStatus.ACCEPT
    assert result.state is not None
    assert result.state.state_details.flow_run_id == run.id
    client.set_flow_run_state(str(run.id), State(type=StateType.COMPLETED, data=object()))
    states = client.read_flow_run_states(run.id)
    assert [str(state) for state in states] == ["Pending()", "Running()", "Completed()"]
    assert client.read_flow_run_state(states[0].id) == states[0]
    assert states[-1].data is None

    client.update_flow_run(run.id, tags=["y"], infrastructure_pid="7")
    assert client.set_flow_run_name(run.id, "new").status_code == 204
    client.update_flow_run_labels(run.id, {"team": "red"})
    found = client.read_flow_run(run.id)
    assert (found.name, found.tags, found.infrastructure_pid) == ("new", ["y"], "7")
    assert found.labels["team"] == "red"
    assert found.total_run_time >= timedelta(0)
    assert found == client.read_flow_run(run.id)

    done = FlowRunFilter(state=FlowRunFilterState.model_validate({"type": {"any_": ["COMPLETED"]}}))
    assert client.count_flow_runs(flow_run_filter=done) == 1
    assert [r.id for r in client.read_flow_runs(flow_run_filter=done, sort=FlowRunSort.NAME_ASC)] == [run.id]
    client.delete_flow_run(run.id)
    assert client.count_flow_runs() == 0


def test_task_runs(client: SyncPrefectClient) -> None:
    run = client.create_task_run(TASK, None, "k-1", extra_tags=["u"], id=uuid4())
    assert (run.name, run.tags, run.empirical_policy.retry_delay) == ("work-k-1", ["t", "u"], [1, 2])
    client.set_task_run_state(run.id, State(type=StateType.RUNNING), force=True)
    client.set_task_run_name(run.id, "new")
    found = client.read_task_run(run.id)
    assert (found.name, found.state_type) == ("new", StateType.RUNNING)
    assert [state.name for state in client.read_task_run_states(run.id)] == ["Pending", "Running"]
    assert [r.id for r in client.read_task_runs()] == [run.id]
    client.delete_task_run(run.id)
    with pytest.raises(ObjectNotFound):
        client.read_task_run(run.id)


def test_logs(client: SyncPrefectClient) -> None:
    run_id, at = uuid4(), datetime(2026, 1, 1, tzinfo=UTC)
    line = {
        "name": "l",
        "level": 20,
        "message": "one",
        "timestamp": at.isoformat(),
        "flow_run_id": str(run_id),
    }
    client.create_logs(
        [line, LogCreate(name="l", level=30, message="two", timestamp=at + timedelta(seconds=1))]
    )
    assert [log.message for log in client.read_logs(sort=LogSort.TIMESTAMP_DESC)] == ["two", "one"]
    of_run = LogFilter.model_validate({"flow_run_id": {"any_": [run_id]}})
    assert [log.timestamp for log in client.read_logs(of_run, limit=5)] == [at]


def test_variables(client: SyncPrefectClient) -> None:
    made = client.create_variable(VariableCreate(name="v", value={"a": 1}, tags=["t"]))
    with pytest.raises(ObjectAlreadyExists):
        client.create_variable(VariableCreate(name="v", value=1))
    client.update_variable(VariableUpdate(name="v", value=[2]))
    found = client.read_variable_by_name("v")
    assert found is not None
    assert (found.id, found.value, found.tags) == (made.id, [2], ["t"])
    assert [variable.name for variable in client.read_variables()] == ["v"]
    client.delete_variable_by_name("v")
    assert client.read_variable_by_name("v") is None


def test_refusals_are_answers_of_the_api(client: SyncPrefectClient) -> None:
    with pytest.raises(PrefectHTTPStatusError, match="less than") as refused:
        client.read_flows(limit=1000)
    assert refused.value.response.status_code == 422


def test_the_async_client() -> None:
    async def use() -> UUID:
        client = get_client()
        assert isinstance(client, PrefectClient)
        assert client.server_type is ServerType.EPHEMERAL
        run = await client.create_flow_run(FLOW)
        async with client as entered:
            assert (await entered.read_flow_run(run.id)).id == run.id
        assert await client.api_healthcheck() is None
        with pytest.raises(RuntimeError, match="async with"), client:
            pass
        return run.id

    id = asyncio.run(use())
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(id).id == id


def test_many_claims_at_once_from_one_loop() -> None:
    async def claim() -> list[SetStateStatus]:
        client = get_client()
        run = await client.create_flow_run(FLOW, state=State(type=StateType.SCHEDULED))
        pending = State(type=StateType.PENDING)
        results = await asyncio.gather(*[client.set_flow_run_state(run.id, pending) for _ in range(12)])
        return [result.status for result in results]

    statuses = asyncio.run(claim())
    assert statuses.count(SetStateStatus.ACCEPT) == 1
    assert statuses.count(SetStateStatus.ABORT) == 11


def test_claims_and_creations_race_in_threads(client: SyncPrefectClient) -> None:
    pending, scheduled = State(type=StateType.PENDING), State(type=StateType.SCHEDULED)
    run = client.create_flow_run(FLOW, state=scheduled)
    with ThreadPoolExecutor(12) as threads:
        claims = [threads.submit(client.set_flow_run_state, run.id, pending) for _ in range(12)]
        flows = [threads.submit(client.create_flow_from_name, "raced") for _ in range(12)]
        statuses = [claim.result(30).status for claim in claims]
        ids = {flow.result(30) for flow in flows}
    assert statuses.count(SetStateStatus.ACCEPT) == 1
    assert len(ids) == 1


def test_the_old_place_of_get_client_warns() -> None:
    with pytest.warns(DeprecationWarning, match="has moved"):
        assert prefect.client.get_client is get_client


def test_both_clients_have_the_same_methods() -> None:
    def methods(cls: type) -> set[str]:
        return {name for name in dir(cls) if not name.startswith("_")}

    assert methods(PrefectClient) - methods(SyncPrefectClient) == {"loop"}
    assert methods(SyncPrefectClient) <= methods(PrefectClient)


def test_what_is_generated_is_current() -> None:
    tools = Path(__file__).parents[2] / "tools"
    for tool in ("make_sync_client.py", "make_filter_stub.py"):
        subprocess.run([sys.executable, tools / tool, "--check"], check=True, capture_output=True)
