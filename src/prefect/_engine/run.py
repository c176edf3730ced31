"""Runs while they live in this process: what the engine changes, how the store and users are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._base import clock, ids, lazy
from prefect._base.jsontext import loads
from prefect._base.records import TaskRunRow, TaskTransition
from prefect._base.state import NO_DETAILS, StateType, StateValue
from prefect._core.decision import Accept, Reject
from prefect._core.facts import Facts, Run
from prefect._core.policy import decide

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect._wire.flow_runs import FlowRun
    from prefect._wire.states import State
    from prefect._wire.task_runs import TaskRun

wire_states: Any = lazy.module("prefect._wire.states")
wire_flow_runs: Any = lazy.module("prefect._wire.flow_runs")
wire_task_runs: Any = lazy.module("prefect._wire.task_runs")


_NAMES = {type_: type_.value.capitalize() for type_ in StateType}


def new_state(
    type: StateType,
    name: str | None = None,
    message: str | None = None,
    details: Mapping[str, Any] = NO_DETAILS,
    data: Any = None,
    at_us: int | None = None,
) -> StateValue:
    """A state that begins now; its name is that of its type if none is given."""
    return StateValue(
        type,
        name or _NAMES[type],
        ids.new_id(),
        clock.system.now_us() if at_us is None else at_us,
        message,
        details,
        data,
    )


class LiveTaskRun:
    """A task run of this process.

    `books` are the counts and times that the pure core keeps, `state` is the state it is in.
    """

    __slots__ = (
        "_ids",
        "books",
        "cache_expiration_us",
        "cache_key",
        "created_us",
        "dynamic_key",
        "id",
        "inputs_json",
        "link",
        "name",
        "policy_json",
        "state",
        "tags_json",
        "task_key",
        "version",
    )

    def __init__(
        self,
        books: Run,
        name: str,
        task_key: str,
        dynamic_key: str,
        link: Link,
        *,
        tags_json: str = "[]",
        policy_json: str = "{}",
        inputs_json: str = "{}",
        version: str | None = None,
    ) -> None:
        self.books = books
        self.id = books.id
        self._ids = {"task_run_id": books.id}
        if books.flow_run_id is not None:
            self._ids["flow_run_id"] = books.flow_run_id
        self.name = name
        self.task_key = task_key
        self.dynamic_key = dynamic_key
        self.link = link
        self.tags_json = tags_json
        self.policy_json = policy_json
        self.inputs_json = inputs_json
        self.version = version
        self.state: StateValue | None = None
        self.created_us = clock.system.now_us()
        self.cache_key: str | None = None
        self.cache_expiration_us: int | None = None

    @property
    def flow_run_id(self) -> str | None:
        return self.books.flow_run_id

    @property
    def run_count(self) -> int:
        return self.books.run_count

    def enter(self, proposed: StateValue, draw: float = 0.5) -> StateValue:
        """Propose a state to the rules for task runs; the state that the run is in then.

        That is another one for a failure which is tried again. The transition is handed to the link at once;
        `draw` is a random number for the jitter of a retry, 0 <= draw < 1.
        """
        if not proposed.details:
            proposed = StateValue(
                proposed.type,
                proposed.name,
                proposed.id,
                proposed.at_us,
                proposed.message,
                self._ids,
                proposed.data,
            )
        facts = Facts(proposed.at_us, draw=draw)
        decision = decide(self.books, self.state, proposed, facts, "client")
        assert isinstance(decision, Accept | Reject)
        assert decision.state is not None
        state = decision.state
        if not state.id:
            state = replace(state, id=ids.new_id())
        books = self.books._replace(**decision.changes) if decision.changes else self.books
        transition = TaskTransition(self._row(books), state)
        # an interrupt of the main thread comes before all of this or after it
        self.books, self.state = books, state
        self.link.record(transition)
        return state

    def creation(self) -> dict[str, Any]:
        """The body of a request that creates the run; for one that is there already it changes nothing."""
        assert self.state is not None
        return {
            "id": self.id,
            "name": self.name,
            "flow_run_id": self.flow_run_id,
            "task_key": self.task_key,
            "dynamic_key": self.dynamic_key,
            "tags": loads(self.tags_json),
            "task_inputs": loads(self.inputs_json),
            "state": {"type": self.state.type.value, "name": self.state.name},
        }

    def row(self) -> TaskRunRow:
        return self._row(self.books)

    def _row(self, books: Run) -> TaskRunRow:
        return TaskRunRow(
            self.id,
            self.name,
            books.flow_run_id,
            self.task_key,
            self.dynamic_key,
            self.created_us,
            self.version,
            self.cache_key,
            self.cache_expiration_us,
            self.policy_json,
            self.inputs_json,
            self.tags_json,
            "{}",
            books.flow_run_run_count,
            books.run_count,
            books.expected_start_us,
            books.next_scheduled_us,
            books.start_us,
            books.end_us,
            books.total_run_us,
        )

    def public_state(self) -> State | None:
        """The current state as users see it."""
        return None if self.state is None else wire_states.State.from_value(self.state)

    def model(self) -> TaskRun:
        """The run as users see it, as it stands now."""
        return wire_task_runs.TaskRun.from_row(self.row(), self.public_state())


class LiveFlowRun:
    """A flow run of this process: what the service answered, and the state it is in."""

    __slots__ = ("data", "flow_name", "id", "name", "parameters", "run_count", "state", "tags")

    def __init__(self, data: dict[str, Any], flow_name: str, state: StateValue) -> None:
        self.data = data
        self.id: str = data["id"]
        self.name: str = data["name"]
        self.tags: list[str] = data.get("tags") or []
        self.run_count: int = data.get("run_count") or 0
        self.flow_name = flow_name
        self.state = state
        self.parameters: Mapping[str, Any] = data.get("parameters") or {}

    def public_state(self) -> State:
        return wire_states.State.from_value(self.state, flow_run_id=self.id)

    def model(self) -> FlowRun:
        """The run as users see it, as it stands now."""
        found = wire_flow_runs.FlowRun.model_validate({**self.data, "state": None})
        found.name = self.name
        found.run_count = self.run_count
        state = self.public_state()
        found.state, found.state_id = state, state.id
        found.state_type, found.state_name = state.type, state.name
        return found

    @property
    def uuid(self) -> UUID:
        return UUID(self.id)
