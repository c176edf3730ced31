"""Writing, listing, reading and removing the inputs of a flow run, by their keys.

`flow_run_id` is that of the flow run at hand unless it is given. Each function has an awaiting twin; called
in async code, the plain name returns a coroutine, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic_core import to_jsonable_python

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.errors import NotFound, OperationError
from prefect._base.jsontext import dumps, loads
from prefect._engine import scope
from prefect._wire.inputs import FlowRunInput, FlowRunInputCreate
from prefect._wire.operation import named

if TYPE_CHECKING:
    from pydantic import BaseModel

    from prefect._link.link import Link

choose: Any = lazy.module("prefect._link.choose")
client_errors: Any = lazy.module("prefect.client.orchestration._errors")

__all__ = [
    "acreate_flow_run_input",
    "acreate_flow_run_input_from_model",
    "adelete_flow_run_input",
    "afilter_flow_run_input",
    "aread_flow_run_input",
    "create_flow_run_input",
    "create_flow_run_input_from_model",
    "delete_flow_run_input",
    "ensure_flow_run_id",
    "filter_flow_run_input",
    "read_flow_run_input",
]


def ensure_flow_run_id(flow_run_id: UUID | str | None = None) -> UUID:
    """`flow_run_id`, or that of the flow run at hand. Raises `RuntimeError` where there is none."""
    if flow_run_id is not None:
        return flow_run_id if isinstance(flow_run_id, UUID) else UUID(flow_run_id)
    context = scope.flow_scope.get()
    if context is None:
        raise RuntimeError("Give the id of a flow run, or call this inside of a flow run.")
    return context.run.uuid


async def acreate_flow_run_input_from_model(
    key: str, model_instance: BaseModel, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    """Give the run an input made of the fields of a model; the sender is the run at hand, if there is one."""
    await create(choose.awaiting(), key, model_instance, flow_run_id, sender or sender_at_hand())


@async_dispatch(acreate_flow_run_input_from_model)
def create_flow_run_input_from_model(
    key: str, model_instance: BaseModel, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    """Give the run an input made of the fields of a model; the sender is the run at hand, if there is one."""
    drive(create(choose.blocking(), key, model_instance, flow_run_id, sender or sender_at_hand()))


async def acreate_flow_run_input(
    key: str, value: Any, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    """Give the run an input: anything that JSON can hold, under a key that it has no input of yet."""
    await create(choose.awaiting(), key, value, flow_run_id, sender)


@async_dispatch(acreate_flow_run_input)
def create_flow_run_input(
    key: str, value: Any, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    """Give the run an input: anything that JSON can hold, under a key that it has no input of yet."""
    drive(create(choose.blocking(), key, value, flow_run_id, sender))


async def afilter_flow_run_input(
    key_prefix: str, limit: int = 1, exclude_keys: set[str] | None = None, flow_run_id: UUID | None = None
) -> list[FlowRunInput]:
    """The oldest inputs of the run whose keys begin with `key_prefix`, without the excluded ones."""
    return await find(choose.awaiting(), key_prefix, limit, exclude_keys, flow_run_id)


@async_dispatch(afilter_flow_run_input)
def filter_flow_run_input(
    key_prefix: str, limit: int = 1, exclude_keys: set[str] | None = None, flow_run_id: UUID | None = None
) -> list[FlowRunInput]:
    """The oldest inputs of the run whose keys begin with `key_prefix`, without the excluded ones."""
    return drive(find(choose.blocking(), key_prefix, limit, exclude_keys, flow_run_id))


async def aread_flow_run_input(key: str, flow_run_id: UUID | None = None) -> Any:
    """The value of an input of the run, None if it has none under that key."""
    return await read(choose.awaiting(), key, flow_run_id)


@async_dispatch(aread_flow_run_input)
def read_flow_run_input(key: str, flow_run_id: UUID | None = None) -> Any:
    """The value of an input of the run, None if it has none under that key."""
    return drive(read(choose.blocking(), key, flow_run_id))


async def adelete_flow_run_input(key: str, flow_run_id: UUID | None = None) -> None:
    """Remove an input of the run."""
    await delete(choose.awaiting(), key, flow_run_id)


@async_dispatch(adelete_flow_run_input)
def delete_flow_run_input(key: str, flow_run_id: UUID | None = None) -> None:
    """Remove an input of the run."""
    drive(delete(choose.blocking(), key, flow_run_id))


# -- the same, for either way of waiting: `link` decides -----------------------------------------


def sender_at_hand() -> str | None:
    """How the flow run at hand is named as a sender; None outside of flow runs."""
    context = scope.flow_scope.get()
    return None if context is None else f"prefect.flow-run.{context.run.id}"


async def create(
    link: Link, key: str, value: Any, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    run_id = str(ensure_flow_run_id(flow_run_id))
    text = dumps(to_jsonable_python(value))
    body = FlowRunInputCreate(key=key, value=text, sender=sender).model_dump(mode="json")
    try:
        await link.call(named("flow_run_inputs.create"), id=run_id, body=body)
    except OperationError as refused:
        raise client_errors.status_error(refused, "flow_run_inputs.create") from refused


async def find(
    link: Link, key_prefix: str, limit: int, exclude_keys: set[str] | None, flow_run_id: UUID | None
) -> list[FlowRunInput]:
    run_id = str(ensure_flow_run_id(flow_run_id))
    body = {"prefix": key_prefix, "limit": limit, "exclude_keys": sorted(exclude_keys or ())}
    found = await link.call(named("flow_run_inputs.filter"), id=run_id, body=body)
    return [FlowRunInput.model_validate(each) for each in found]


async def read(link: Link, key: str, flow_run_id: UUID | None = None) -> Any:
    run_id = str(ensure_flow_run_id(flow_run_id))
    try:
        return loads(await link.call(named("flow_run_inputs.read"), id=run_id, key=key))
    except OperationError as refused:
        if refused.status != NotFound.status:
            raise client_errors.status_error(refused, "flow_run_inputs.read") from refused
        return None


async def delete(link: Link, key: str, flow_run_id: UUID | None = None) -> None:
    run_id = str(ensure_flow_run_id(flow_run_id))
    try:
        await link.call(named("flow_run_inputs.delete"), id=run_id, key=key)
    except OperationError as refused:
        raise client_errors.status_error(refused, "flow_run_inputs.delete") from refused


async def put(link: Link, key: str, value: Any, flow_run_id: UUID | None = None) -> None:
    """Give the run an input, in place of the one that it has under that key."""
    run_id = str(ensure_flow_run_id(flow_run_id))
    try:
        await link.call(named("flow_run_inputs.delete"), id=run_id, key=key)
    except OperationError as refused:
        if refused.status != NotFound.status:
            raise client_errors.status_error(refused, "flow_run_inputs.delete") from refused
    await create(link, key, value, flow_run_id)
