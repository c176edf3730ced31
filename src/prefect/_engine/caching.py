"""Task runs whose results are kept: reused where the cache key is known, written when the run completes."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from prefect._base import clock, lazy
from prefect._base.ports import Ports
from prefect._base.state import StateType, StateValue
from prefect._engine import outcome, scope
from prefect._engine.result import Held
from prefect._engine.run import new_state
from prefect.settings import active

if TYPE_CHECKING:
    from prefect._engine.task import TaskRunEngine
    from prefect.context import TaskRunContext
    from prefect.tasks import Task

transactions: Any = lazy.module("prefect.transactions")
runtime: Any = lazy.module("prefect.runtime")

COMPLETED = StateType.COMPLETED


def wanted(task: Task[..., Any], context: TaskRunContext) -> bool:
    """Whether this run is a transaction: its result is kept, it has hooks for it, or others are in use."""
    return (
        context.persist_result
        or bool(task.on_commit_hooks or task.on_rollback_hooks)
        or "prefect.transactions" in sys.modules
    )


async def attempt(
    engine: TaskRunEngine, context: TaskRunContext, call: Callable[[Mapping[str, Any]], Awaitable[Any]]
) -> StateValue:
    """One attempt as a transaction: the function is only called if no result is stored under the run's key.

    The state that the attempt would end in; raises what the function raises, once what it did is undone.
    """
    ports = engine.ports
    keeps = context.persist_result
    key = None
    if keeps:
        try:
            key = _key(engine, context)
        except Exception:
            engine.logger.exception(
                "The cache key of task '%s' could not be computed; "
                "its result is neither taken from the cache nor kept.",
                engine.task.name,
            )
            keeps = False
    txn = _transaction(engine, context, key, keeps)
    await txn.enter(ports)
    try:
        if txn.is_committed():
            record = await txn.read_record(ports)
            state = _cached(record)
        else:
            state = outcome.state_of(await call(context.parameters))
            if state.type is COMPLETED:
                state = await _staged(txn, engine, context, state, key, keeps)
    except BaseException as error:
        await txn.leave(error, ports)
        raise
    failure = None
    if state.type is not COMPLETED:
        failure = RuntimeError(state.message or state.name)
    await txn.leave(failure, ports)
    if txn.is_rolled_back() and isinstance(state.data, Held):
        state.data.metadata = None  # the result could not be written, which the transaction has logged
    return state


def _transaction(engine: TaskRunEngine, context: TaskRunContext, key: str | None, keeps: bool) -> Any:
    task = engine.task
    policy = task.cache_policy if key is not None else None
    refresh = task.refresh_cache if task.refresh_cache is not None else active()["tasks.refresh_cache"]
    return transactions.Transaction(
        store=context.result_store,
        key=key,
        isolation_level=getattr(policy, "isolation_level", None),
        overwrite=bool(refresh),
        write_on_commit=keeps,
        logger=engine.logger,
        on_rolled_back=engine.rolled_back,
        decode_on_begin=True,
    )


def _key(engine: TaskRunEngine, context: TaskRunContext) -> str | None:
    """The key under which the result of this run is stored and found again; None if it is not to be found."""
    task = engine.task
    if task.result_storage_key is not None:
        assert context.result_store is not None
        return context.result_store.storage_key_fn()
    policy = task.cache_policy
    if policy is None:
        return None
    if not engine.cache_key:
        flow = engine.flow_context
        key = policy.compute_key(
            task_ctx=context,
            inputs=dict(context.parameters),
            flow_parameters=dict(flow.parameters or {}) if flow is not None else {},
        )
        engine.cache_key.append(key)
    return engine.cache_key[0]


async def _staged(
    txn: Any,
    engine: TaskRunEngine,
    context: TaskRunContext,
    state: StateValue,
    key: str | None,
    keeps: bool,
) -> StateValue:
    """Hand the result to the transaction, which writes it when it commits; the state that refers to it."""
    task = engine.task
    staged = value = state.data.result
    if keeps:
        expiration = _expiration(task.cache_expiration)
        assert context.result_store is not None
        staged = await context.result_store.make_record(engine.ports, value, key, expiration)
        state = replace(state, data=Held(value, staged.metadata), details=_cache_details(key, expiration))
    txn.stage(staged, list(task.on_rollback_hooks), list(task.on_commit_hooks))
    return state


def _expiration(after: timedelta | None) -> datetime | None:
    return None if after is None else clock.to_datetime(clock.system.now_us()) + after


def _cache_details(key: str | None, expiration: datetime | None) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if key is not None:
        details["cache_key"] = key
    if expiration is not None:
        details["cache_expiration_us"] = clock.to_us(expiration)
    return details


def _cached(record: Any) -> StateValue:
    return new_state(COMPLETED, "Cached", data=Held(record.result, record.metadata))


async def written(
    state: StateValue,
    store: Any,
    ports: Ports,
    logger: Any,
    key: str | None = None,
    expiration: datetime | None = None,
) -> StateValue:
    """`state` with its result written to `store`; one that cannot be is warned of and stays in memory."""
    value = state.data.result
    try:
        record = await store.make_record(ports, value, key, expiration)
        await store.save(ports, record)
    except Exception as error:  # noqa: BLE001 - the user's storage and serializer may fail in any way
        if logger is not None:
            logger.warning("The result of this run could not be written: %s", error)
        return state
    return replace(state, data=Held(value, record.metadata))


def key_names() -> dict[str, Any]:
    """What a template for storage keys may use in the run at hand."""
    context = scope.task_scope.get()
    return {
        "flow_run": runtime.flow_run,
        "task_run": runtime.task_run,
        "deployment": runtime.deployment,
        "parameters": dict(context.parameters) if context is not None else {},
    }
