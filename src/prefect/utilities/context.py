"""The ids of the runs at hand, and context variables for a while."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import Context, ContextVar, Token
from typing import Any
from uuid import UUID

from prefect._base import lazy

scope: Any = lazy.module("prefect._engine.scope")


@contextmanager
def temporary_context(context: Context) -> Generator[None, None, None]:
    """Give the variables of `context` their values from it inside the block."""
    tokens: dict[ContextVar[Any], Token[Any]] = {
        variable: variable.set(value) for variable, value in context.items()
    }
    try:
        yield
    finally:
        for variable, token in tokens.items():
            variable.reset(token)


def get_task_run_id() -> UUID | None:
    """The id of the task run at hand."""
    context = scope.task_scope.get()
    return UUID(str(context.run.id)) if context else None


def get_flow_run_id() -> UUID | None:
    """The id of the flow run at hand, also of that which the task run at hand belongs to."""
    context = scope.flow_scope.get()
    if context:
        return UUID(str(context.run.id))
    context = scope.task_scope.get()
    return UUID(str(context.run.flow_run_id)) if context and context.run.flow_run_id else None


def get_task_and_flow_run_ids() -> tuple[UUID | None, UUID | None]:
    """The ids of the task run and of the flow run at hand."""
    return get_task_run_id(), get_flow_run_id()
