"""Testing flows: an empty, temporary history for the time of a test, and what tests like to compare."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect.testing.harness import prefect_test_harness

if TYPE_CHECKING:
    from prefect.blocks.core import Block
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun, State
    from prefect.serializers import Serializer

filters: Any = lazy.module("prefect.client.schemas.filters")
orchestration: Any = lazy.module("prefect.client.orchestration")
results: Any = lazy.module("prefect.results")
sorting: Any = lazy.module("prefect.client.schemas.sorting")

__all__ = [
    "a_test_step",
    "assert_blocks_equal",
    "assert_does_not_warn",
    "assert_uses_result_serializer",
    "assert_uses_result_storage",
    "b_test_step",
    "exceptions_equal",
    "get_most_recent_flow_run",
    "kubernetes_environments_equal",
    "prefect_test_harness",
]


def exceptions_equal(a: Exception | None, b: Exception | None) -> bool:
    """Whether two exceptions are of the same type and were made with the same arguments."""
    if a is None or b is None:
        return a is b
    return type(a) is type(b) and getattr(a, "args", None) == getattr(b, "args", None)


def kubernetes_environments_equal(
    actual: list[dict[str, str]], expected: list[dict[str, str]] | dict[str, str]
) -> bool:
    """Whether the environment of a container holds just what is expected, in any order.

    `expected` may be a plain dict. Differences are printed.
    """
    wanted = expected if isinstance(expected, dict) else {each["name"]: each["value"] for each in expected}
    found = {each["name"]: each["value"] for each in actual}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name) or (name in wanted) != (name in found):
            print(f"{name}: expected {wanted.get(name)!r}, found {found.get(name)!r}")
    return wanted == found and len(actual) == len(found)


@contextlib.contextmanager
def assert_does_not_warn(ignore_warnings: list[type[Warning]] | None = None) -> Generator[None]:
    """Fail if the body warns of anything but `ignore_warnings`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for category in ignore_warnings or ():
            warnings.filterwarnings("ignore", category=category)
        try:
            yield
        except Warning as warning:
            raise AssertionError(f"There was a warning: {warning!r}") from warning


def assert_blocks_equal(found: Block, expected: Block, exclude_private: bool = True, **kwargs: Any) -> None:
    """Fail unless two blocks are of one type and hold the same; `kwargs` go to their `model_dump`.

    With ``exclude_private=False`` they must be the same document, too.
    """
    assert type(found) is type(expected), f"{type(found).__name__} is not a {type(expected).__name__}"
    ours, theirs = found.model_dump(**kwargs), expected.model_dump(**kwargs)
    if not exclude_private:
        ours |= found.__pydantic_private__ or {}
        theirs |= expected.__pydantic_private__ or {}
    assert ours == theirs, f"{ours} != {theirs}"


async def assert_uses_result_serializer(
    state: State, serializer: str | Serializer, client: PrefectClient
) -> None:
    """Fail unless the result of `state` was written by `serializer`, or one of that type."""
    written = state.data.metadata if hasattr(state.data, "metadata") else state.data
    assert written is not None, "The state has no result."
    expected: str = serializer if isinstance(serializer, str) else serializer.type
    assert written.serializer.type == expected, f"It was written by {written.serializer!r}."
    if not isinstance(serializer, str):
        assert written.serializer == serializer


async def assert_uses_result_storage(state: State, storage: Any, client: PrefectClient) -> None:
    """Fail unless the result of `state` is in `storage`, a saved block or its ``type/name``."""
    written = state.data.metadata if hasattr(state.data, "metadata") else state.data
    assert written is not None, "The state has no result."
    block = await results.aresolve_result_storage(storage) if isinstance(storage, str) else storage
    expected = getattr(block, "_block_document_id", None)
    assert written.storage_block_id == expected, f"It is in the storage {written.storage_block_id}."


async def get_most_recent_flow_run(
    client: PrefectClient | None = None, flow_name: str | None = None
) -> FlowRun:
    """The flow run that was created last, of the flow `flow_name` if it is given.

    Raises `LookupError` if there is none.
    """
    asked: PrefectClient = client or orchestration.get_client()
    flow_filter = filters.FlowFilter(name={"any_": [flow_name]}) if flow_name is not None else None
    # creation follows the ids, whose order is that of time
    found = await asked.read_flow_runs(flow_filter=flow_filter, sort=sorting.FlowRunSort.ID_DESC, limit=1)
    if not found:
        raise LookupError("There is no flow run.")
    return found[0]


def a_test_step(**kwargs: Any) -> dict[str, Any]:
    """A step of a deployment for tests: what it was given, and its output."""
    kwargs.update({"output1": 1, "output2": ["b", 2, 3]})
    return kwargs


def b_test_step(**kwargs: Any) -> dict[str, Any]:
    """Another step of a deployment for tests."""
    kwargs.update({"output1": 1})
    return kwargs
