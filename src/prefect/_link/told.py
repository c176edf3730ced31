"""What a server is told of task runs and logs: their records as JSON of the wire.

Each task run is told two or three times while a flow is running, so texts are put together by hand, and what
was told of a run before is used again.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

import orjson

from prefect._base import jsontext
from prefect._base.clock import to_iso
from prefect._base.details import to_wire
from prefect._base.records import LogLine, TaskRunRow, TaskTransition
from prefect._base.state import StateValue

MAX_MESSAGE = 100_000
# runs of which the former state is remembered; older ones are told as if they began
_REMEMBERED = 20_000

Json = dict[str, Any]


def log_line(line: LogLine) -> Json:
    """A ``LogCreate``."""
    told: Json = {
        "id": line.id,
        "name": line.name,
        "level": line.level,
        "message": line.message,
        "timestamp": to_iso(line.at_us),
        "flow_run_id": line.flow_run_id,
        "task_run_id": line.task_run_id,
    }
    if line.worker_id is not None:
        told["worker_id"] = line.worker_id
    return told


class _Told(NamedTuple):
    """What is remembered of a run: its last state, and texts that come again."""

    type: str
    state_id: str
    state: str
    related: str
    fixed: str


class Transitions:
    """Makes an ``Event`` of each transition; remembers the states that runs come from."""

    def __init__(self) -> None:
        self._former: OrderedDict[str, _Told] = OrderedDict()

    def event(self, item: TaskTransition) -> orjson.Fragment:
        """The event of the transition; its id is that of the state, so telling it twice is harmless."""
        run, state = item
        former = self._former.pop(run.id, None)
        at, type_, name = to_iso(state.at_us), state.type.value, _text(state.name)
        message = "null" if state.message is None else _text(state.message[:MAX_MESSAGE])
        told = _state(run, state, type_, name, message)
        related = _related(run) if former is None else former.related
        fixed = _fixed(run) if former is None else former.fixed
        if not state.is_final:
            self._former[run.id] = _Told(type_, state.id, told, related, fixed)
            if len(self._former) > _REMEMBERED:
                self._former.popitem(last=False)
        comes_from, initial, follows = (
            ("null", "null", "null")
            if former is None
            else (f'"{former.type}"', former.state + "}", f'"{former.state_id}"')
        )
        return orjson.Fragment(
            f'{{"id":"{state.id}","occurred":"{at}","event":{_text("prefect.task-run." + state.name)},'
            f'"resource":{{"prefect.resource.id":"prefect.task-run.{run.id}",'
            f'"prefect.resource.name":{_text(run.name)},"prefect.run-count":"{run.run_count}",'
            f'"prefect.state-message":{message if state.message is not None else _EMPTY},'
            f'"prefect.state-name":{name},"prefect.state-timestamp":"{at}","prefect.state-type":"{type_}",'
            f'"prefect.orchestration":"client"}},"related":{related},'
            f'"payload":{{"intended":{{"from":{comes_from},"to":"{type_}"}},"initial_state":{initial},'
            f'"validated_state":{told},"data":{_reference(state)}}},'
            f'"task_run":{{{fixed}{_changing(run)}}}}},"follows":{follows}}}'
        )


_EMPTY = '""'


def _text(value: str) -> str:
    """`value` as JSON."""
    if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return jsontext.dumps(value)


def _optional(value: str | None) -> str:
    return "null" if value is None else _text(value)


def _related(run: TaskRunRow) -> str:
    related: list[dict[str, str]] = []
    if run.flow_run_id is not None:
        id = f"prefect.flow-run.{run.flow_run_id}"
        related.append({"prefect.resource.id": id, "prefect.resource.role": "flow-run"})
    if run.tags != "[]":
        related.extend(
            {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
            for tag in jsontext.loads(run.tags)
        )
    return orjson.dumps(related).decode()


def _state(run: TaskRunRow, state: StateValue, type_: str, name: str, message: str) -> str:
    """A state without its end, where the result may follow."""
    # what is not there stands for its default; most of what could be told of a run is never set
    details = ""
    if state.details:
        own = {key: value for key, value in to_wire(state.details).items() if not key.endswith("_run_id")}
        details = orjson.dumps(own).decode()[1:-1]
        details += "," if details else ""
    flow_run_id = _optional(run.flow_run_id)
    return (
        f'{{"type":"{type_}","name":{name},"message":{message},'
        f'"state_details":{{{details}"flow_run_id":{flow_run_id},"task_run_id":"{run.id}"}}'
    )


def _reference(state: StateValue) -> str:
    """The reference to a stored result; a result itself is never told."""
    if state.data is None:
        return "null"
    if isinstance(state.data, dict):
        return jsontext.dumps(state.data)  # pyright: ignore[reportUnknownMemberType]
    metadata = getattr(state.data, "metadata", None)
    if metadata is None or getattr(metadata, "storage_key", None) is None:
        return "null"
    return jsontext.dumps(metadata.model_dump(mode="json"))


def _fixed(run: TaskRunRow) -> str:
    """What does not change in the life of a task run."""
    version = "" if run.task_version is None else f'"task_version":{_text(run.task_version)},'
    return (
        f'"task_key":{_text(run.task_key)},"dynamic_key":{_text(run.dynamic_key)},{version}'
        f'"empirical_policy":{run.empirical_policy},"tags":{run.tags},"labels":{run.labels},'
    )


def _changing(run: TaskRunRow) -> str:
    told = (
        f'"name":{_text(run.name)},"task_inputs":{run.task_inputs},"run_count":{run.run_count},'
        f'"flow_run_run_count":{run.flow_run_run_count},"total_run_time":{run.total_run_us / 1e6}'
    )
    if run.cache_key is not None:
        told += f',"cache_key":{_text(run.cache_key)}'
    if run.cache_expiration_us is not None:
        told += f',"cache_expiration":"{to_iso(run.cache_expiration_us)}"'
    if run.expected_start_us is not None:
        told += f',"expected_start_time":"{to_iso(run.expected_start_us)}"'
    if run.next_scheduled_us is not None:
        told += f',"next_scheduled_start_time":"{to_iso(run.next_scheduled_us)}"'
    if run.start_us is not None:
        told += f',"start_time":"{to_iso(run.start_us)}"'
    if run.end_us is not None:
        told += f',"end_time":"{to_iso(run.end_us)}"'
    return told
