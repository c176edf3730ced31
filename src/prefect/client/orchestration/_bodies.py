"""What the clients send, built the same way for both of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from prefect._wire.operation import JsonObject
from prefect._wire.results import ResultRecordMetadata
from prefect._wire.states import State, dump_data


def dumped(model: BaseModel | None) -> Any:
    """A model as JSON values; None stays None."""
    return None if model is None else model.model_dump(mode="json")


def given(model: BaseModel) -> JsonObject:
    """What was set on a model, as JSON values."""
    return model.model_dump(mode="json", exclude_unset=True)


def jsonable(value: Any) -> Any:
    """`value` as JSON values; models and other objects that have such a form take it."""
    return to_jsonable_python(value, fallback=str)


def text(id: UUID | str) -> str:
    """An id as it travels; raises `ValueError` for what is no id."""
    return str(id if isinstance(id, UUID) else UUID(id))


def listing(
    *,
    flow_filter: BaseModel | None = None,
    flow_run_filter: BaseModel | None = None,
    task_run_filter: BaseModel | None = None,
    deployment_filter: BaseModel | None = None,
    work_pool_filter: BaseModel | None = None,
    work_queue_filter: BaseModel | None = None,
    **page: Any,
) -> JsonObject:
    """The body of a request that lists or counts; filters that were not given are left out."""
    filters: Mapping[str, BaseModel | None] = {
        "flows": flow_filter,
        "flow_runs": flow_run_filter,
        "task_runs": task_run_filter,
        "deployments": deployment_filter,
        "work_pools": work_pool_filter,
        "work_pool_queues": work_queue_filter,
    }
    body = {key: dumped(filter_) for key, filter_ in filters.items() if filter_ is not None}
    return body | {key: str(v) if key == "sort" else v for key, v in page.items() if v is not None}


def proposal(state: State[Any], force: bool = False) -> JsonObject:
    """The body that proposes `state`; of its result only the reference to a stored one is sent."""
    return {"state": state_create(state), "force": force}


def state_create(state: State[Any]) -> JsonObject:
    """`state` as the body of a creation."""
    data = dump_data(state.data)
    is_reference = isinstance(state.data, ResultRecordMetadata) or (
        isinstance(data, dict) and "storage_key" in data
    )
    return {
        "type": state.type.value,
        "name": state.name,
        "message": state.message,
        "data": data if is_reference else None,
        "state_details": dumped(state.state_details),
    }


def tag_list(tags: Iterable[str] | None) -> list[str]:
    return list(tags or ())


def no_content() -> Any:
    """The answer of an operation that answers nothing, for callers that look at its status."""
    import httpx

    return httpx.Response(204)


def response(value: Any) -> Any:
    """The answer of an operation as a response, for callers that read it from there."""
    import httpx

    return httpx.Response(200, json=value)


def without_none(body: JsonObject) -> JsonObject:
    """`body` without the keys that are None: for operations that take a default where a key is missing."""
    return {key: value for key, value in body.items() if value is not None}
