"""What a run is given: futures and states in its parameters are waited for and replaced by their results.

The runs they come from are its upstream runs. They are recognised in parameters at any depth, and so are the
results of earlier runs, by identity.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from prefect._base import jsontext, lazy
from prefect._base.drive import drive
from prefect._base.ports import BLOCKING, Ports
from prefect._base.shapes import type_of
from prefect._base.state import StateType
from prefect._engine import result
from prefect._engine.future import (
    PrefectConcurrentFuture,
    PrefectFuture,
    PrefectTaskRunFuture,
    WaitFor,
    any_made,
)
from prefect._engine.links import LOOK_INTO_AT_MOST, NO_LINKS, SCALARS, Links
from prefect.exceptions import PrefectException, UpstreamTaskError
from prefect.utilities.annotations import BaseAnnotation, allow_failure, opaque, quote
from prefect.utilities.collections import StopVisiting, visit_collection

if TYPE_CHECKING:
    import asyncio
else:  # imported by the first who needs a loop: blocking programs never do
    asyncio = lazy.module("asyncio")


wire_states: Any = lazy.module("prefect._wire.states")


def anything_to_resolve() -> bool:
    """Whether a future or a state can be among the parameters at all."""
    return any_made() or result.wire_states_loaded()


def _pass_over(item: Any) -> None:
    """Raise `StopVisiting` for a collection of nothing but scalars, which need not be visited one by one."""
    kind = type_of(item)
    if kind in (list, tuple, set, frozenset):
        if SCALARS.issuperset(map(type, item)):
            raise StopVisiting
    elif (
        kind is dict and SCALARS.issuperset(map(type, item)) and SCALARS.issuperset(map(type, item.values()))
    ):
        raise StopVisiting


# -- waiting and replacing ------------------------------------------------------------------------


def futures_in(value: Any) -> list[PrefectFuture[Any]]:
    """The futures in `value` at any depth, not looking under `quote`; those of `wait_for` lists alike."""
    found: list[PrefectFuture[Any]] = []
    if type(value) in SCALARS or not any_made():
        return found

    def visit(item: Any, context: dict[str, Any]) -> Any:
        if isinstance(context.get("annotation"), quote):
            return item
        _pass_over(item)
        if isinstance(item, PrefectFuture):
            found.append(cast("PrefectFuture[Any]", item))
        return item  # pyright: ignore[reportUnknownVariableType]

    visit_collection(value, visit_fn=visit, return_data=False, context={})
    return found


def holds_states(value: Any) -> bool:
    """Whether there are states in `value`, which would be replaced by their results."""
    if type(value) in SCALARS or not result.wire_states_loaded():
        return False
    found: list[Any] = []

    def visit(item: Any, context: dict[str, Any]) -> Any:
        if not isinstance(context.get("annotation"), quote):
            _pass_over(item)
            if result.is_state(item):
                found.append(item)
        return item

    visit_collection(value, visit_fn=visit, return_data=False, context={})
    return bool(found)


def waited(wait_for: WaitFor) -> list[Any] | None:
    """What a call is to wait for, as a list: one future or state may be given as it is."""
    if not wait_for:
        return None
    if isinstance(wait_for, PrefectFuture) or result.is_state(wait_for):
        return [wait_for]
    return list(cast("Iterable[Any]", wait_for))


# the runs that are being waited for, by the run that waits: for finding circles
_awaited: dict[str, set[str]] = {}
_guard = threading.Lock()


def _refuse_circles(run_id: str, upstream: set[str]) -> None:
    """Note that a run waits for others; raises `ValueError` if one of them waits for it, at any remove."""
    with _guard:
        ahead, seen = set(upstream), set[str]()
        while ahead:
            seen |= ahead
            ahead = {next_id for id_ in ahead for next_id in _awaited.get(id_, ())} - seen
        if run_id in seen:
            raise ValueError(
                "A task run cannot wait for its own future, nor for runs that wait for it. "
                "Do not put futures into a list or other object that was given to a run before."
            )
        _awaited[run_id] = upstream


async def wait_for_inputs(run_id: str, futures: Iterable[PrefectFuture[Any]], ports: Ports) -> None:
    """:func:`wait_for_futures` for a run; raises `ValueError` where runs would wait in a circle."""
    pending = [f for f in futures if not (isinstance(f, PrefectConcurrentFuture) and f.completion.done)]
    upstream = {f.id_text for f in pending if isinstance(f, PrefectConcurrentFuture)}
    if upstream:
        _refuse_circles(run_id, upstream)
    try:
        await wait_for_futures(futures, ports)
    finally:
        if upstream:
            with _guard:
                _awaited.pop(run_id, None)


async def wait_for_futures(futures: Iterable[PrefectFuture[Any]], ports: Ports) -> None:
    """Wait until all have ended; an abort of the process that ran one is raised."""
    for future in futures:
        if not ports.is_async:
            future.wait()
        elif isinstance(future, PrefectConcurrentFuture):
            if not future.completion.done:
                await asyncio.wrap_future(future.completion.as_future())
            future.completion.get()
        else:
            await future.await_()


def _state_of(item: Any) -> Any:
    """The state that `item` is or has, None for plain values."""
    if isinstance(item, PrefectConcurrentFuture):
        return item.final
    if isinstance(item, PrefectFuture):
        return item.state
    return item if result.is_state(item) else None


def _run_id(item: Any, state: Any) -> str:
    if isinstance(item, PrefectConcurrentFuture):
        return item.id_text
    if isinstance(item, PrefectTaskRunFuture):
        return str(item.task_run_id)
    details = state.state_details
    return str(details.task_run_id or details.flow_run_id or "")


def _result_or_raise(item: Any, state: Any, tolerant: bool) -> Any:
    if state.type is StateType.COMPLETED:
        return drive(result.result_of(state, BLOCKING))
    if tolerant:
        if state.type in (StateType.PENDING, StateType.SCHEDULED):
            return None
        return drive(result.result_of(state, BLOCKING, raise_on_failure=False))
    raise UpstreamTaskError(f"Upstream task run '{_run_id(item, state)}' did not reach a 'COMPLETED' state.")


def resolved(value: Any) -> Any:
    """`value` with ended futures and states replaced by their results and annotations taken off.

    Raises `UpstreamTaskError` for one that did not complete and is not under `allow_failure`.
    """
    if type(value) in SCALARS:
        return value
    if isinstance(value, quote):
        return value.unwrap()  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, opaque):
        inner: Any = cast("opaque[Any]", value).unwrap()
        state = _state_of(inner)
        return inner if state is None else _result_or_raise(inner, state, False)
    if not anything_to_resolve():
        return value.unwrap() if isinstance(value, BaseAnnotation) else value  # pyright: ignore[reportUnknownVariableType]

    def visit(item: Any, context: dict[str, Any]) -> Any:
        annotation = context.get("annotation")
        if isinstance(annotation, quote):
            return item
        _pass_over(item)
        state = _state_of(item)
        if state is None:
            return item
        return _result_or_raise(item, state, isinstance(annotation, allow_failure))

    return visit_collection(value, visit_fn=visit, return_data=True, context={}, remove_annotations=True)


def resolve_futures_to_states(expr: Any) -> Any:
    """`expr` with every future replaced by its state, waiting for each; what is under `quote` stays."""
    return _replaced(expr, lambda future: future.state)


def resolve_futures_to_results(expr: Any) -> Any:
    """`expr` with every future replaced by its result, waiting for each; raises if a run did not complete."""

    def to_result(future: PrefectFuture[Any]) -> Any:
        future.wait()
        state = _state_of(future)
        if state.type is StateType.COMPLETED:
            return future.result()
        raise Exception(f"At least one result did not complete successfully: {state!r}") from drive(
            result.exception_of(state, BLOCKING)
        )

    return _replaced(expr, to_result)


def _replaced(expr: Any, replace: Callable[[PrefectFuture[Any]], Any]) -> Any:
    if not any_made():
        return expr

    def visit(item: Any, context: dict[str, Any]) -> Any:
        if isinstance(context.get("annotation"), quote):
            return item
        _pass_over(item)
        if not isinstance(item, PrefectFuture):
            return item  # pyright: ignore[reportUnknownVariableType]
        future = cast("PrefectFuture[Any]", item)
        future.wait()
        return replace(future)

    return visit_collection(expr, visit_fn=visit, return_data=True, context={})


# -- upstream runs --------------------------------------------------------------------------------


def upstream_ids(value: Any, links: Links = NO_LINKS) -> list[str]:
    found: dict[str, None] = {}
    origin = links.of(value)
    if origin is not None:
        found[origin] = None
    kind = type_of(value)
    if kind in SCALARS:
        return list(found)
    if links and kind in (list, tuple, set, dict) and len(value) <= LOOK_INTO_AT_MOST:
        for element in value.values() if kind is dict else value:
            origin = links.of(element)
            if origin is not None:
                found[origin] = None
    if anything_to_resolve():

        def visit(item: Any, context: dict[str, Any]) -> Any:
            if isinstance(context.get("annotation"), quote):
                return item
            _pass_over(item)
            if isinstance(item, PrefectTaskRunFuture):
                found[str(item.task_run_id)] = None
            elif result.is_state(item) and item.state_details.task_run_id is not None:
                found[str(item.state_details.task_run_id)] = None
            return item  # pyright: ignore[reportUnknownVariableType]

        visit_collection(value, visit_fn=visit, return_data=False, context={})
    return list(found)


def upstream_json(
    parameters: Mapping[str, Any],
    wait_for: Any,
    links: Links,
    parents: Iterable[str],
    dependencies: Mapping[str, Iterable[Any]] | None = None,
) -> str:
    """The `task_inputs` of a run as JSON text: per parameter the task runs it comes from."""
    edges: dict[str, list[dict[str, str]]] = {}
    for name, value in parameters.items():
        edges[name] = [{"input_type": "task_run", "id": id_} for id_ in upstream_ids(value, links)]
    if wait_for:
        ids = upstream_ids(list(wait_for), links)
        edges["wait_for"] = [{"input_type": "task_run", "id": id_} for id_ in ids]
    above = [{"input_type": "task_run", "id": id_} for id_ in parents]
    if above:
        edges["__parents__"] = above
    for name, inputs in (dependencies or {}).items():
        known = edges.setdefault(name, [])
        for each in inputs:
            edge = {"input_type": "task_run", "id": str(getattr(each, "id", each))}
            if edge not in known:
                known.append(edge)
    return jsontext.dumps(edges)


def not_ready(error: UpstreamTaskError) -> tuple[StateType, str, str]:
    """Type, name and message of a run that cannot start because of its upstream runs."""
    return StateType.PENDING, "NotReady", str(error)


def refuse_run_models(parameters: Mapping[str, Any]) -> None:
    """Raise `PrefectException` for a run model among the parameters, which does not stand for its result."""
    for name, value in parameters.items():
        kind = type_of(value)
        if kind in SCALARS or not kind.__module__.startswith(("prefect._wire", "prefect.client")):
            continue
        if kind.__name__ in ("FlowRun", "TaskRun"):
            raise PrefectException(
                f"Parameter {name!r} is a {kind.__name__}. Pass its `.id`, "
                "or wrap it in `opaque(...)` if the run itself is meant."
            )
