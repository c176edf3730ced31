"""Background runs: creating one that waits for a task worker, with the arguments that it will be called with.

What travels are arguments, ids, names, tags and where results go; never the flow around, nor settings: a task
worker has its own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._base import clock, ids, lazy
from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._base.jsontext import dumps, loads
from prefect._base.ports import BLOCKING, Ports
from prefect._base.version import __version__
from prefect._engine import inputs, scope
from prefect._engine.links import NO_LINKS
from prefect._engine.persist import defaults, kept, storage
from prefect._engine.remote import PrefectDistributedFuture
from prefect._wire.kept import MAX_KEPT_BYTES
from prefect._wire.operation import named
from prefect.exceptions import SerializationError
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import get_logger
from prefect.settings import active

if TYPE_CHECKING:
    from prefect.tasks import Task

choose: Any = lazy.module("prefect._link.choose")
cloudpickle: Any = lazy.module("cloudpickle")
crossing: Any = lazy.module("prefect._engine.crossing")
records: Any = lazy.module("prefect._engine.persist.record")

_NO_SUCH_ENDPOINT = (404, 405)


def key_of(parameters_id: str | UUID) -> str:
    """Where the arguments of a run are stored."""
    return f"parameters/{parameters_id}"


def submit(
    task: Task[..., Any],
    parameters: dict[str, Any],
    wait_for: Iterable[Any] | None = None,
    dependencies: Mapping[str, Iterable[Any]] | None = None,
    scheduled_time: datetime | None = None,
) -> PrefectDistributedFuture[Any]:
    """Create a run of `task` for task workers; its future, once the run is safe.

    Futures of this process are waited for; those of other background runs are left to the worker. Raises
    `SerializationError` for arguments that cannot be pickled, and what the way to the server raises.
    """
    ensure_logging_setup()
    waited = _waited(wait_for)
    task_inputs = _task_inputs(parameters, waited, dependencies)
    stored: dict[str, Any] = {}
    if parameters:
        stored["parameters"] = _portable(parameters)
    if waited:
        stored["wait_for"] = _portable(waited)
    if context := _context():
        stored["context"] = context
    parameters_id = ids.new_id() if stored else None
    run = _run(task, task_inputs, parameters_id, scheduled_time)
    drive(_create(task, run, stored, BLOCKING))
    _tell(run)
    return PrefectDistributedFuture(UUID(run["id"]))


def _waited(wait_for: Any) -> list[Any]:
    if wait_for is None:
        return []
    return [wait_for] if hasattr(wait_for, "task_run_id") else list(wait_for)


def _portable(value: Any) -> Any:
    """`value` with everything resolved that only this process can wait for."""
    found = inputs.futures_in(value)
    if all(isinstance(future, PrefectDistributedFuture) for future in found) and not inputs.holds_states(
        value
    ):
        return value
    drive(inputs.wait_for_futures(found, BLOCKING))
    return inputs.resolved(value)


def _task_inputs(
    parameters: dict[str, Any], waited: list[Any], dependencies: Mapping[str, Iterable[Any]] | None
) -> dict[str, Any]:
    flow, parent = scope.flow_scope.get(), scope.task_scope.get()
    links = flow.run_results if flow is not None else NO_LINKS
    flow_run_id = flow.run.id if flow is not None else None
    parents = (parent.run.id,) if parent is not None and parent.run.flow_run_id == flow_run_id else ()
    return loads(inputs.upstream_json(parameters, waited or None, links, parents, dependencies))


def _context() -> dict[str, Any]:
    """What the worker is told of the flow run and the tags around the call."""
    if scope.flow_scope.get() is None and not scope.tag_scope.get():
        return {}
    packed: dict[str, Any] = crossing.pack()
    packed["settings_context"] = {}
    return packed


def _run(
    task: Task[..., Any],
    task_inputs: dict[str, Any],
    parameters_id: str | None,
    scheduled_time: datetime | None,
) -> dict[str, Any]:
    flow = scope.flow_scope.get()
    key = ids.new_key()
    details: dict[str, Any] = {"deferred": True, "task_parameters_id": parameters_id}
    if scheduled_time is not None:
        details["scheduled_time"] = clock.to_iso(clock.to_us(scheduled_time))
    return {
        "id": ids.new_id(),
        "name": task.name if flow is None else f"{task.name}-{key[:3]}",
        "flow_run_id": None if flow is None else flow.run.id,
        "task_key": task.task_key,
        "dynamic_key": f"{task.task_key}-{key}" if flow is None else key,
        "task_version": task.version,
        "empirical_policy": loads(task.plan.policy_json),
        "tags": sorted(task.tags | scope.tag_scope.get()),
        "task_inputs": task_inputs,
        "state": {"type": "SCHEDULED", "name": "Scheduled", "state_details": details},
    }


async def _create(task: Task[..., Any], run: dict[str, Any], stored: dict[str, Any], ports: Ports) -> None:
    """Store the arguments and create the run: in one step where the server keeps them."""
    link = choose.blocking()
    body: dict[str, Any] = {"task_run": run, "parameters": None}
    url = active()["api.url"]
    if stored:
        key = key_of(run["state"]["state_details"]["task_parameters_id"])
        place = await _place(task, ports)
        record = _record(task, stored, key)
        is_kept = isinstance(place, kept.HomeStorage) and (not url or kept.is_shared())
        if is_kept and len(record) <= MAX_KEPT_BYTES:
            body["parameters"] = {**kept.body_of(key, record.decode()), "task_run_id": run["id"]}
            try:
                await link.call(named("task_runs.defer"), body=body)
                return
            except OperationError as error:
                if error.status not in _NO_SUCH_ENDPOINT:
                    raise
                kept.give_up()
        await storage.write(place, ports, key, record)
    await link.call(named("task_runs.create"), body=run)


async def _place(task: Task[..., Any], ports: Ports) -> Any:
    if task.result_storage is not None:
        return await storage.resolve(task.result_storage, ports)
    return await defaults.default_task_storage(ports)


def _record(task: Task[..., Any], stored: dict[str, Any], key: str) -> bytes:
    """The arguments as they are stored: always pickled, since they are what the function is called with.

    This is the form of any stored result, written without its models: those are slow to load, and whoever
    hands over a task may be a short program.
    """
    metadata = {
        "storage_key": key,
        "expiration": None,
        "serializer": {"type": "pickle", "picklelib": "cloudpickle", "picklelib_version": None},
        "prefect_version": __version__,
        "storage_block_id": None,
    }
    try:
        pickled = base64.encodebytes(cloudpickle.dumps(stored)).decode()
        return dumps({"metadata": metadata, "result": pickled}).encode()
    except Exception as error:
        raise SerializationError(
            f"The arguments of task {task.name!r} cannot be stored for a task worker: {error}. "
            "Pass what can be pickled, and open connections and files inside of the task."
        ) from error


async def stored(
    task: Task[..., Any], parameters_id: str, content: str | None, ports: Ports
) -> dict[str, Any]:
    """What :func:`submit` stored: ``parameters``, ``wait_for`` and ``context``, those that there are.

    `content` is the record if the server handed it out together with the run. Raises what the storage raises
    where there is nothing.
    """
    blob = None if content is None else content.encode()
    if blob is None:
        key, place = key_of(parameters_id), await _place(task, ports)
        if isinstance(place, kept.HomeStorage) and not place.exists(key):
            blob = await kept.read_key(ports, key)
        if blob is None:
            blob = await storage.read(place, ports, key)
    return records.ResultRecord.deserialize(blob).result


def _tell(run: dict[str, Any]) -> None:
    ui_url = active()["ui_url"]
    if ui_url and active()["api.url"]:
        link = f"{ui_url.rstrip('/')}/runs/task-run/{run['id']}"
        get_logger("tasks").info("Created task run %r. View it at %s", run["name"], link)
