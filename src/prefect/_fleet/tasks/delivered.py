"""A background run that was handed to this process, from receipt to its end."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from prefect._base import details, lazy
from prefect._base.clock import from_iso
from prefect._base.drive import drive
from prefect._base.jsontext import dumps
from prefect._base.ports import AWAITING, Ports
from prefect._base.state import StateType, StateValue
from prefect._core.facts import Run
from prefect._engine import caching, crossing, deferred, inputs
from prefect._engine.proposals import from_wire
from prefect._engine.result import Held
from prefect._engine.run import LiveTaskRun, new_state
from prefect._engine.task import TaskRunEngine
from prefect._wire.operation import JsonObject, named

if TYPE_CHECKING:
    from prefect.tasks import Task

choose: Any = lazy.module("prefect._link.choose")

_KEPT = ("deferred", "task_parameters_id")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A run as it was handed over: its JSON, and the record of its arguments if that came with it."""

    run: JsonObject
    parameters: str | None = None

    @property
    def id(self) -> str:
        return self.run["id"]


class NoArguments(Exception):
    """The stored arguments of a run cannot be read."""


class _Deaf:
    """Stands in for the link of a run that others have: what is told to it goes nowhere."""

    flow_ids: dict[str, str] = {}  # noqa: RUF012

    def record(self, item: Any, /) -> None:
        pass

    async def flush(self) -> None:
        pass


class Cancelled(BaseException):
    """Raised into the function of a cancelled run; no `except Exception` of the user's holds it up."""


class Engine(TaskRunEngine):
    """Runs a delivered task; since nobody waits in this process, exceptions are stored as results are."""

    __slots__ = ()

    async def _settle(self, state: StateValue) -> StateValue:
        is_last = self.run.run_count > self.task.retries or self.task.retry_condition_fn is not None
        if state.type is StateType.FAILED and is_last and isinstance(state.data, Held):
            store = self.task.result_store(self.flow_context)
            state = await caching.written(state, store, self.ports, self.logger)
        return await super()._settle(state)


class Execution:
    """One run of a task in this process."""

    def __init__(self, task: Task[..., Any], delivered: Delivered) -> None:
        self.task = task
        self.delivered = delivered
        self.run = _live(task, delivered.run)
        self.is_over = False
        self.is_cancelled = False
        self._thread: int | None = None
        self._lock = threading.Lock()

    async def prepare(self, ports: Ports) -> dict[str, Any]:
        """What was stored with the run: ``parameters``, ``wait_for``, ``context``; waits for its futures.

        Raises `NoArguments`.
        """
        id = _details(self.delivered.run).get("task_parameters_id")
        if id is None:
            return {}
        try:
            found = await deferred.stored(self.task, id, self.delivered.parameters, ports)
        except Exception as error:
            raise NoArguments(
                f"The arguments of task run {self.delivered.id} cannot be read: {error}. Whoever delays "
                "tasks and whoever runs them need the same code, and one storage for large arguments."
            ) from error
        waited = inputs.futures_in([found.get("parameters"), found.get("wait_for")])
        await inputs.wait_for_futures(waited, ports)
        return found

    async def execute(self, found: Mapping[str, Any], ports: Ports) -> None:
        """Run the task, in the context that it was delayed in."""
        wait_for = found.get("wait_for")
        parameters = found.get("parameters", {})
        with self._context(found):
            engine = Engine(self.task, self.run, parameters, ports, wait_for)
            try:
                await engine.execute()
            finally:
                self.is_over = True

    @contextlib.contextmanager
    def _context(self, found: Mapping[str, Any]) -> Any:
        with crossing.unpacked(found.get("context")):
            yield

    async def hand_back(self, message: str) -> None:
        """Let another worker have the run; what goes on of it here is not told any more."""
        link = self.run.link
        self.run.link = _Deaf()  # pyright: ignore[reportAttributeAccessIssue]
        await AWAITING.run(_flushed, link)
        kept = {key: value for key, value in _details(self.delivered.run).items() if key in _KEPT}
        state: JsonObject = {
            "type": "SCHEDULED",
            "name": "Scheduled",
            "message": message,
            "state_details": kept,
        }
        body = {"state": state, "force": True}
        await choose.awaiting().call(named("task_runs.set_state"), id=self.delivered.id, body=body)

    # -- cancellation ---------------------------------------------------------------------------------

    async def cancel(self, type_: str) -> None:
        """Have nothing more told of the run, which somebody has put into the state `type_`."""
        self.is_cancelled = True
        link = self.run.link
        self.run.link = _Deaf()  # pyright: ignore[reportAttributeAccessIssue]
        self.run.enter(new_state(StateType.CANCELLED))
        await AWAITING.run(_flushed, link)
        if type_ == "CANCELLING":
            state = {"type": "CANCELLED", "name": "Cancelled", "message": "The task run was cancelled."}
            body = {"state": state, "force": True}
            await choose.awaiting().call(named("task_runs.set_state"), id=self.delivered.id, body=body)

    def in_this_thread(self, function: Callable[[], None]) -> None:
        """Call a function that `interrupt` reaches; not at all, if the run was cancelled before."""
        with self._lock:
            if self.is_cancelled:
                return
            self._thread = threading.get_ident()
        try:
            function()
        finally:
            with self._lock:
                self._thread = None
                _raise_in(threading.get_ident(), None)  # what was sent and has not arrived yet

    def interrupt(self) -> bool:
        """Raise `Cancelled` in the thread of the run; False if it has none.

        A call that blocks outside of Python goes on until it returns.
        """
        with self._lock:
            if self._thread is None:
                return False
            _raise_in(self._thread, Cancelled)
            return True


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    exception = ctypes.py_object() if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), exception)


def _flushed(link: Any) -> None:
    drive(link.flush())


def _details(run: JsonObject) -> JsonObject:
    return (run.get("state") or {}).get("state_details") or {}


def _live(task: Task[..., Any], run: JsonObject) -> LiveTaskRun:
    """The run as this process goes on with it, Pending."""
    books = Run(
        "task",
        run["id"],
        run_count=run.get("run_count") or 0,
        flow_run_id=run.get("flow_run_id"),
        flow_run_run_count=run.get("flow_run_run_count") or 0,
        retries=task.retries,
        retry_delay_s=task.plan.retry_delay_s,
        retry_jitter_factor=task.retry_jitter_factor,
        expected_start_us=_instant(run.get("expected_start_time")),
    )
    live = LiveTaskRun(
        books,
        run["name"],
        run["task_key"],
        run["dynamic_key"],
        choose.blocking(),
        tags_json=dumps(run.get("tags") or []),
        policy_json=dumps(run.get("empirical_policy") or {}),
        inputs_json=dumps(run.get("task_inputs") or {}),
        version=run.get("task_version"),
    )
    if run.get("created"):
        live.created_us = from_iso(run["created"])
    if run.get("state"):
        live.state = from_wire(run["state"])
    kept = details.from_wire({key: value for key, value in _details(run).items() if key in _KEPT})
    pending = new_state(StateType.PENDING)
    if (
        live.state is not None and pending.at_us <= live.state.at_us
    ):  # the clock of whoever made the run is ahead
        pending = replace(pending, at_us=live.state.at_us + 1)
    live.enter(replace(pending, details={**kept, "task_run_id": live.id}))
    return live


def _instant(text: str | None) -> int | None:
    return None if text is None else from_iso(text)
