"""How the task runs and subflows of a flow run depend on each other."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from prefect._wire.common import DateTime, PrefectBaseModel
from prefect._wire.states import State, StateType
from prefect._wire.task_runs import TaskRunResult


class DependencyResult(PrefectBaseModel):
    """A task run, and the task runs whose results it was given."""

    id: UUID
    name: str
    upstream_dependencies: list[TaskRunResult]
    state: State[Any] | None
    expected_start_time: DateTime | None
    start_time: DateTime | None
    end_time: DateTime | None
    total_run_time: float | None
    estimated_run_time: float | None
    untrackable_result: bool


class GraphState(PrefectBaseModel):
    """A state that the flow run went through."""

    id: UUID
    timestamp: DateTime
    type: StateType
    name: str


class GraphArtifact(PrefectBaseModel):
    """An artifact of the flow run or of one of its nodes; the data of a progress is told, too."""

    id: UUID
    created: DateTime
    key: str | None
    type: str | None
    is_latest: bool
    data: Any | None


class Edge(PrefectBaseModel):
    """The other end of a relation."""

    id: UUID


class Node(PrefectBaseModel):
    """A task run or a subflow."""

    kind: Literal["flow-run", "task-run"]
    id: UUID
    label: str
    state_type: StateType
    start_time: DateTime
    end_time: DateTime | None
    parents: list[Edge]
    children: list[Edge]
    encapsulating: list[Edge]
    artifacts: list[GraphArtifact]


class Graph(PrefectBaseModel):
    """All of it."""

    start_time: DateTime | None
    end_time: DateTime | None
    root_node_ids: list[UUID]
    nodes: list[tuple[UUID, Node]]
    artifacts: list[GraphArtifact]
    states: list[GraphState]
