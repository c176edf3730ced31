"""Whether results of a run are written to storage, and which store they go to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect.settings import active

if TYPE_CHECKING:
    from prefect.context import FlowRunContext
    from prefect.flows import Flow
    from prefect.results import ResultStore
    from prefect.tasks import Task

results: Any = lazy.module("prefect.results")


def checked_storage(storage: Any) -> Any:
    """`storage` if it can be one; raises `TypeError` for a block that was never saved."""
    if storage is None or isinstance(storage, str | Path):
        return storage
    if hasattr(storage, "_block_document_id") and storage._block_document_id is None:
        raise TypeError(
            "This storage block was never saved, so that no other process could find it. "
            "Save it with `.save(name)` and pass it then."
        )
    return storage


def default_persists() -> bool:
    """Whether results are kept where neither a task nor a flow says so."""
    settings = active()
    return bool(settings["results.persist_by_default"] or settings["results.default_storage_block"])


def persists_flow(own: bool | None, parent: FlowRunContext | None) -> bool:
    """Whether a flow run keeps its result: its own word, else its parent's, else the settings'."""
    if own is not None:
        return own
    return parent.persist_result if parent is not None else default_persists()


def persists_task(own: bool | None, context: FlowRunContext | None) -> bool:
    """Whether a task run keeps its result: it says so, else the settings for tasks, else the flow run."""
    if own is not None:
        return own
    default = active()["tasks.default_persist_result"]
    if default is not None:
        return bool(default)
    return context.persist_result if context is not None else default_persists()


def store_for_flow(flow: Flow[..., Any], parent: FlowRunContext | None) -> ResultStore:
    """The result store of a flow run."""
    own: Any = parent.result_store if parent is not None else None
    return (own or results.ResultStore()).update_for_flow(flow, _sync=True)


def store_for_task(task: Task[..., Any], context: FlowRunContext | None) -> ResultStore:
    """The result store of a task run."""
    own: Any = context.result_store if context is not None else None
    return (own or results.ResultStore()).update_for_task(task, _sync=True)
