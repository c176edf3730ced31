"""Inputs of flow runs, and resuming a run that waits for one."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.errors import AlreadyExists, NotFound
from prefect._base.jsontext import dumps
from prefect._service.flow_runs import pauses

MISSING = "00000000-0000-4000-8000-000000000000"
KEYSET = {"schema": "paused-1-schema", "response": "paused-1-response", "description": "paused-1-description"}
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "who": {"$ref": "#/$defs/Who"}},
    "required": ["n"],
    "additionalProperties": False,
    "$defs": {"Who": {"enum": ["me", "you"]}},
}


@pytest.fixture
def run(api: Any) -> str:
    id = api.flow_run()["id"]
    api.set_flow(id, "RUNNING")
    return id


def give(api: Any, run: str, key: str, value: Any = 1, sender: str | None = None) -> None:
    api("flow_run_inputs.create", id=run, body={"key": key, "value": dumps(value), "sender": sender})


def keys(api: Any, run: str, **body: Any) -> list[str]:
    found = api("flow_run_inputs.filter", id=run, body={"prefix": "", "limit": 10, **body})
    return [each["key"] for each in found]


def pause(api: Any, run: str, schema: Any = None, **details: Any) -> None:
    if schema is not None:
        give(api, run, KEYSET["schema"], schema)
        details["run_input_keyset"] = KEYSET
    answer = api.set_flow(run, "PAUSED", state_details={"pause_key": "1", **details})
    assert answer["status"] == "ACCEPT"


def resume(api: Any, run: str, answer: Any = None) -> dict[str, Any]:
    return api("flow_runs.resume", id=run, body={"run_input": answer})


def test_the_life_of_an_input(api: Any, run: str) -> None:
    give(api, run, "a", {"x": [1]}, sender="me")
    assert api("flow_run_inputs.read", id=run, key="a") == '{"x":[1]}'
    [found] = api("flow_run_inputs.filter", id=run, body={"prefix": "a"})
    assert (found["flow_run_id"], found["value"], found["sender"]) == (run, '{"x":[1]}', "me")
    with pytest.raises(AlreadyExists):
        give(api, run, "a", 2)
    api("flow_run_inputs.delete", id=run, key="a")
    with pytest.raises(NotFound):
        api("flow_run_inputs.read", id=run, key="a")
    with pytest.raises(NotFound):
        api("flow_run_inputs.delete", id=run, key="a")


def test_inputs_are_listed_by_prefix_the_oldest_first(api: Any, run: str) -> None:
    for key in ("b-2", "b-1", "a%", "B-3"):
        give(api, run, key)
    assert keys(api, run) == ["b-2", "b-1", "a%", "B-3"]
    assert keys(api, run, prefix="b-") == ["b-2", "b-1"]
    assert keys(api, run, prefix="b-", exclude_keys=["b-2"]) == ["b-1"]
    assert keys(api, run, prefix="%") == []
    assert keys(api, run, limit=1) == ["b-2"]
    assert keys(api, MISSING) == []


def test_only_a_run_has_inputs(api: Any, run: str) -> None:
    with pytest.raises(NotFound):
        give(api, MISSING, "a")
    give(api, run, "a")
    api("flow_runs.delete", id=run)
    assert keys(api, run) == []


def test_a_paused_run_goes_on(api: Any, run: str) -> None:
    pause(api, run)
    answer = resume(api, run)
    assert (answer["status"], answer["state"]["name"]) == ("ACCEPT", "Running")
    found = api("flow_runs.read", id=run)
    assert (found["state_name"], found["run_count"]) == ("Running", 1)


def test_a_pause_uses_up_no_retry(api: Any) -> None:
    run = api.flow_run(empirical_policy={"retries": 1, "retry_delay": 0})["id"]
    api.set_flow(run, "RUNNING")
    pause(api, run)
    resume(api, run)
    assert api.set_flow(run, "FAILED")["state"]["name"] == "AwaitingRetry"
    api.set_flow(run, "RUNNING")
    assert api("flow_runs.read", id=run)["run_count"] == 2
    pause(api, run)
    resume(api, run)
    assert api.set_flow(run, "FAILED")["status"] == "ACCEPT"


def test_a_client_may_say_that_it_runs_again(api: Any, run: str) -> None:
    pause(api, run)
    resume(api, run)
    api.set_flow(run, "RUNNING")
    assert api("flow_runs.read", id=run)["run_count"] == 1


@pytest.mark.parametrize("state", ["RUNNING", "COMPLETED", "SCHEDULED"])
def test_only_a_paused_run_is_resumed(api: Any, state: str) -> None:
    run = api.flow_run()["id"]
    api.set_flow(run, state, force=True)
    answer = resume(api, run)
    assert (answer["status"], answer["state"], api.status) == ("ABORT", None, 200)
    assert answer["details"]["type"] == "abort_details"


def test_an_unknown_run_is_not_found(api: Any) -> None:
    with pytest.raises(NotFound):
        resume(api, MISSING)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "'n' is a required"),
        ({}, "'n' is a required"),
        ({"n": "x"}, "Field 'n': 'x' is not of type"),
        ({"n": 1, "m": 2}, "'m' was unexpected"),
        ({"n": 1, "who": "they"}, "Field 'who'"),
        ({"n": {"__prefect_kind": "json", "value": "{"}}, "not JSON"),
        ({"n": {"__prefect_kind": "json", "value": '"x"'}}, "Field 'n'"),
        ({"n": {"__prefect_kind": "workspace_variable", "variable_name": "none"}}, "no variable 'none'"),
        ({"n": {"__prefect_kind": "jinja", "template": "{{ 1 +"}}, "cannot be rendered"),
        ({"n": {"__prefect_kind": "magic"}}, "magic"),
    ],
)
def test_a_wrong_answer_leaves_the_run_paused(api: Any, run: str, answer: Any, reason: str) -> None:
    pause(api, run, SCHEMA)
    refused = resume(api, run, answer)
    assert (refused["status"], refused["state"]["name"], api.status) == ("REJECT", "Paused", 200)
    assert reason in refused["details"]["reason"]
    assert api("flow_runs.read", id=run)["state_name"] == "Paused"
    assert keys(api, run, prefix=KEYSET["response"]) == []
    assert resume(api, run, {"n": 1})["status"] == "ACCEPT"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({"n": 1}, {"n": 1}),
        ({"n": 1, "who": "me"}, {"n": 1, "who": "me"}),
        ({"n": {"__prefect_kind": "json", "value": "7"}}, {"n": 7}),
        ({"n": {"__prefect_kind": "none", "value": 7}}, {"n": 7}),
        ({"n": {"__prefect_kind": "workspace_variable", "variable_name": "v"}}, {"n": 5}),
        ({"n": 1, "who": {"__prefect_kind": "jinja", "template": "{{ 'm' + 'e' }}"}}, {"n": 1, "who": "me"}),
        (
            {"n": {"__prefect_kind": "json", "value": {"__prefect_kind": "jinja", "template": "{{ 3 }}"}}},
            {"n": 3},
        ),
    ],
)
def test_the_answer_is_kept_with_the_run(api: Any, run: str, answer: Any, kept: Any) -> None:
    api("variables.create", body={"name": "v", "value": 5})
    pause(api, run, SCHEMA)
    assert resume(api, run, answer)["status"] == "ACCEPT"
    assert api("flow_run_inputs.read", id=run, key=KEYSET["response"]) == dumps(kept)


def test_a_later_answer_replaces_the_one_of_an_earlier_attempt(api: Any) -> None:
    run = api.flow_run(empirical_policy={"retries": 1, "retry_delay": 0})["id"]
    for n in (1, 2):
        api.set_flow(run, "RUNNING")
        if n == 1:
            give(api, run, KEYSET["schema"], SCHEMA)
        pause(api, run, run_input_keyset=KEYSET)
        resume(api, run, {"n": n})
        assert api("flow_run_inputs.read", id=run, key=KEYSET["response"]) == dumps({"n": n})
        api.set_flow(run, "FAILED")


def test_a_pause_that_took_too_long(api: Any, run: str) -> None:
    pause(api, run, SCHEMA, pause_timeout="2026-01-01T00:01:00Z")
    api.clock.advance(61)
    answer = resume(api, run, {"n": 1})
    assert (answer["status"], answer["state"]["type"]) == ("REJECT", "FAILED")
    assert answer["state"]["message"] == "The flow was paused and never resumed."
    assert keys(api, run, prefix=KEYSET["response"]) == []


def test_a_suspended_run_is_scheduled_again(api: Any) -> None:
    flow = api.flow()
    deployment = api("deployments.create", body={"name": "d", "flow_id": flow})["id"]
    run = api.flow_run(flow_id=flow, deployment_id=deployment)["id"]
    api.set_flow(run, "RUNNING")
    answer = api.set_flow(run, "PAUSED", name="Suspended", state_details={"pause_reschedule": True})
    assert answer["status"] == "ACCEPT"
    resumed = resume(api, run)
    assert (resumed["state"]["type"], resumed["state"]["name"]) == ("SCHEDULED", "Resuming")
    api.set_flow(run, "PENDING")
    api.set_flow(run, "RUNNING")
    assert api("flow_runs.read", id=run)["run_count"] == 1


def test_pauses_that_nobody_waits_in_end_in_time(api: Any) -> None:
    flow = api.flow()
    deployment = api("deployments.create", body={"name": "d", "flow_id": flow})["id"]
    runs = [api.flow_run(flow_id=flow, deployment_id=deployment)["id"] for _ in range(3)]
    details = [
        {"pause_reschedule": True, "pause_timeout": "2026-01-01T00:01:00Z"},
        {"pause_timeout": "2026-01-01T00:02:00Z"},
        {"pause_reschedule": True},
    ]
    for id, each in zip(runs, details, strict=True):
        api.set_flow(id, "RUNNING")
        api.set_flow(id, "PAUSED", state_details=each)
    assert api.unit(pauses.expire) == 0
    ended = []
    for _ in range(4):
        api.clock.advance(31)
        ended.append(api.unit(pauses.expire))
    assert ended == [0, 1, 0, 1]
    states = [api("flow_runs.read", id=id)["state"] for id in runs]
    assert [state["type"] for state in states] == ["FAILED", "FAILED", "PAUSED"]
    assert states[0]["message"] == "The flow was suspended and never resumed."
    assert states[1]["message"] == "The flow was paused and never resumed."


def test_an_expired_pause_does_not_wait_behind_many_that_go_on(api: Any) -> None:
    """F12."""
    flow = api.flow()
    body = {"type": "PAUSED", "state_details": {"pause_timeout": "2030-01-01T00:00:00Z"}}
    for _ in range(250):
        api.flow_run(flow_id=flow, state=body)
    late = {"type": "PAUSED", "state_details": {"pause_timeout": "2026-01-01T00:01:00Z"}}
    run = api.flow_run(flow_id=flow, state=late)["id"]
    api.clock.advance(120)
    assert api.unit(pauses.expire) == 1
    assert api("flow_runs.read", id=run)["state"]["type"] == "FAILED"
