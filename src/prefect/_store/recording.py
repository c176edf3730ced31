"""What becomes of recorded items: rows of task runs, of their states, of the outbox, and of logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from prefect._base.details import to_wire
from prefect._base.jsontext import dumps
from prefect._base.records import LogLine, TaskTransition
from prefect._base.state import StateValue
from prefect._core.values import NOT_READY
from prefect._store.store import Record

Row = tuple[Any, ...]
STATE_COPY = (
    "state_id",
    "state_type",
    "state_name",
    "state_at_us",
    "state_message",
    "state_details",
    "state_data",
)


class Batch:
    """The rows of some items; of a task run with several transitions the newest becomes its row."""

    __slots__ = ("events", "lines", "runs", "states")

    def __init__(self, items: Sequence[Record]) -> None:
        self.runs: dict[str, tuple[TaskTransition, str, str | None]] = {}
        self.states: list[Row] = []
        self.events: list[Row] = []
        self.lines: list[LogLine] = []
        for item in items:
            if isinstance(item, LogLine):
                self.lines.append(item)
            else:
                self._add(item)

    def _add(self, item: TaskTransition) -> None:
        run, state = item
        details, data = dumps(to_wire(state.details)), _stored(state)
        self.states.append(
            (
                state.id,
                run.id,
                "task",
                state.type.value,
                state.name,
                state.at_us,
                state.message,
                details,
                data,
            )
        )
        self.events.append(
            (state.at_us, f"prefect.task-run.{state.name}", run.id, f'{{"state_id":"{state.id}"}}')
        )
        known = self.runs.get(run.id)
        if known is None or known[0].state.at_us <= state.at_us:
            self.runs[run.id] = (item, details, data)

    def run_rows(self, now_us: int, owner: str | None) -> Iterator[Row]:
        """Rows of task runs: the columns of `TaskRunRow`, `updated_us`, `STATE_COPY` and `owner`."""
        for (run, state), details, data in self.runs.values():
            # what is not ready is not going to run: nobody has to end it
            holder = None if state.is_final or state.name == NOT_READY else owner
            copy = (state.id, state.type.value, state.name, state.at_us, state.message, details, data)
            yield (*run, now_us, *copy, holder)


def _stored(state: StateValue) -> str | None:
    """The reference to a stored result as JSON; a result that lives in this process only is not written."""
    data: Any = state.data
    if data is None:
        return None
    if isinstance(data, dict):
        return dumps(data)
    metadata = getattr(data, "metadata", None)
    if metadata is None or getattr(metadata, "storage_key", None) is None:
        return None
    return metadata.model_dump_json()
