"""The public state: its texts, its fields, and its way to and from the plain value."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from prefect._base.state import StateValue
from prefect._wire.results import ResultRecordMetadata
from prefect._wire.states import (
    OrchestrationResult,
    RunType,
    State,
    StateCreate,
    StateDetails,
    StateType,
    StateWaitDetails,
)

TEXTS = [
    ({"type": "COMPLETED"}, "Completed()", "Completed(message=None, type=COMPLETED, result=None)"),
    (
        {"type": "CRASHED", "message": "it's x"},
        'Crashed("it\'s x")',
        'Crashed(message="it\'s x", type=CRASHED, result=None)',
    ),
    (
        {"type": "SCHEDULED", "name": "Late"},
        "Late(type=SCHEDULED)",
        "Late(message=None, type=SCHEDULED, result=None)",
    ),
    (
        {"type": "COMPLETED", "name": "Mine", "message": "m", "data": 3},
        "Mine('m', type=COMPLETED)",
        "Mine(message='m', type=COMPLETED, result=3)",
    ),
    ({"type": "RUNNING", "name": "running"}, "running()", "running(message=None, type=RUNNING, result=None)"),
]


@pytest.mark.parametrize(("fields", "text", "representation"), TEXTS)
def test_texts(fields: dict[str, Any], text: str, representation: str) -> None:
    state: State[Any] = State(**fields)
    assert str(state) == text
    assert repr(state) == representation


@pytest.mark.parametrize("type_", list(StateType))
def test_questions_are_about_the_type(type_: StateType) -> None:
    state: State[Any] = State(type=type_, name="Anything")
    asked = [name for name in dir(State) if name.startswith("is_") and name != "is_final"]
    assert [name for name in asked if getattr(state, name)()] == [f"is_{type_.value.lower()}"]
    assert state.is_final() == (type_.value in ("COMPLETED", "CANCELLED", "FAILED", "CRASHED"))


def test_a_scheduled_state_is_due_now_unless_told_otherwise() -> None:
    details = StateDetails()
    state: State[Any] = State(type=StateType.SCHEDULED, state_details=details)
    assert state.state_details.scheduled_time is not None
    assert details.scheduled_time is None


def test_instants_are_utc() -> None:
    state: State[Any] = State.model_validate({"type": "RUNNING", "timestamp": "2026-01-01T02:00:00+02:00"})
    assert state.timestamp == datetime(2026, 1, 1, tzinfo=UTC)
    assert state.model_dump(mode="json")["timestamp"] == "2026-01-01T00:00:00Z"
    naive: State[Any] = State.model_validate({"type": "RUNNING", "timestamp": "2026-01-01T00:00:00"})
    assert naive.timestamp == state.timestamp


def test_data() -> None:
    assert State(type=StateType.COMPLETED, data={"type": "unpersisted"}).data is None
    reference = State(
        type=StateType.COMPLETED, data={"storage_key": "k", "serializer": {"type": "json"}}
    ).data
    assert isinstance(reference, ResultRecordMetadata)
    thing = object()
    assert State(type=StateType.COMPLETED, data=thing).data is thing
    dumped = State(type=StateType.COMPLETED, data=reference).model_dump(mode="json")["data"]
    assert (dumped["storage_key"], dumped["serializer"]) == ("k", {"type": "json"})
    held = SimpleNamespace(metadata=reference, result=1)
    assert State(type=StateType.COMPLETED, data=held).model_dump(mode="json")["data"] == dumped


def test_copies() -> None:
    state: State[Any] = State(type=StateType.COMPLETED, timestamp=datetime(2026, 1, 1, tzinfo=UTC))
    copy, fresh = state.model_copy(), state.fresh_copy()
    assert copy.id == state.id
    assert fresh.id != state.id
    assert copy.timestamp > state.timestamp
    assert fresh.timestamp > state.timestamp
    kept = state.model_copy(update={"timestamp": state.timestamp})
    assert kept == state
    assert hash(kept) == hash(state) != hash(fresh)


def test_it_can_be_pickled() -> None:
    state: State[Any] = State(type=StateType.FAILED, data=[1], message="m")
    assert pickle.loads(pickle.dumps(state)) == state


def test_inputs_of_tasks_name_runs() -> None:
    id = uuid4()
    assert StateDetails(task_run_id=id).to_run_result(RunType.TASK_RUN).id == id
    assert StateDetails(flow_run_id=id).to_run_result(RunType.FLOW_RUN).id == id
    assert StateDetails().to_run_result(RunType.FLOW_RUN) is None


def test_a_proposal_knows_its_keys() -> None:
    with pytest.raises(ValidationError):
        StateCreate.model_validate({"type": "RUNNING", "timestamp": "2026-01-01T00:00:00Z"})
    assert StateCreate.model_validate({"type": "PENDING"}).name == "Pending"


def test_answers_are_told_apart_by_their_details() -> None:
    answer = OrchestrationResult[Any].model_validate(
        {"state": None, "status": "WAIT", "details": {"type": "wait_details", "delay_seconds": 3}}
    )
    assert answer.details == StateWaitDetails(delay_seconds=3)


_instants = st.integers(0, 4_000_000_000_000_000)
_ids = st.uuids().map(str)
_details = st.fixed_dictionaries(
    {},
    optional={
        "flow_run_id": _ids,
        "child_flow_run_id": _ids,
        "scheduled_us": _instants,
        "pause_timeout_us": _instants,
        "cache_expiration_us": _instants,
        "cache_key": st.text(),
        "pause_reschedule": st.just(True),
        "retriable": st.booleans(),
        "run_input_keyset": st.dictionaries(st.text(), st.text()),
    },
)
_values = st.builds(
    StateValue,
    type=st.sampled_from([type_ for type_ in StateType if type_ is not StateType.SCHEDULED]),
    name=st.text(min_size=1),
    id=_ids,
    at_us=_instants.filter(bool),
    message=st.none() | st.text(),
    details=_details,
    data=st.none() | st.integers() | st.lists(st.text()),
)


@given(_values)
def test_there_and_back(value: StateValue) -> None:
    state: State[Any] = State.from_value(value)
    assert state.to_value() == value
    assert State.model_validate(state.model_dump()) == state
    with_ids: State[Any] = State.from_value(value, task_run_id=value.id)
    assert with_ids.state_details.task_run_id == UUID(value.id)
    assert state.timestamp - datetime(1970, 1, 1, tzinfo=UTC) == timedelta(microseconds=value.at_us)
