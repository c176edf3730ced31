"""Artifacts as users make them, blocking and awaited, in runs and outside."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import inspect
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from prefect import artifacts as public
from prefect import flow, task
from prefect.artifacts import (
    Artifact,
    MarkdownArtifact,
    acreate_markdown_artifact,
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

OUTSIDE = pytest.mark.filterwarnings("ignore:An artifact is created outside:FutureWarning")


def stored(id: uuid.UUID) -> dict[str, Any]:
    with get_client(sync_client=True) as client:
        return client._call("artifacts.read", id=str(id))


@OUTSIDE
@pytest.mark.parametrize(
    ("create", "arguments", "type_", "data"),
    [
        (create_link_artifact, ("http://x",), "markdown", "[http://x](http://x)"),
        (create_link_artifact, ("http://x", "text"), "markdown", "[text](http://x)"),
        (create_markdown_artifact, ("# a",), "markdown", "# a"),
        (create_table_artifact, ([{"a": 1}],), "table", '[{"a": 1}]'),
        (create_table_artifact, ({"a": [1, float("nan")]},), "table", '{"a": [1, null]}'),
        (create_table_artifact, ([[1, "b"]],), "table", '[[1, "b"]]'),
        (create_progress_artifact, (12.5,), "progress", 12.5),
        (create_image_artifact, ("http://i",), "image", "http://i"),
    ],
)
def test_what_is_stored(create: Callable[..., Any], arguments: Any, type_: str, data: Any) -> None:
    id = create(*arguments, key="some-key", description="words")
    assert isinstance(id, uuid.UUID)
    found = stored(id)
    assert (found["type"], found["data"], found["key"]) == (type_, data, "some-key")
    assert found["description"] == "words"


@OUTSIDE
def test_cells_of_any_kind() -> None:
    cells = [
        datetime.date(2026, 1, 2),
        datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.UTC),
        decimal.Decimal("1.50"),
        uuid.UUID(int=1),
        (1, 2),
        float("inf"),
        {"deep": {"when": datetime.date(2026, 1, 2)}},
    ]
    table = json.loads(stored(create_table_artifact([cells]))["data"])
    assert table == [
        [
            "2026-01-02",
            "2026-01-02T03:00:00Z",
            "1.50",
            "00000000-0000-0000-0000-000000000001",
            [1, 2],
            None,
            {"deep": {"when": "2026-01-02"}},
        ]
    ]


@OUTSIDE
def test_a_frame_is_a_table() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"a": [1, 2], "b": [0.5, None], "t": [pandas.Timestamp("2026-01-01"), pandas.NaT]}
    )
    rows = json.loads(stored(create_table_artifact(frame))["data"])
    assert rows == [{"a": 1, "b": 0.5, "t": "2026-01-01T00:00:00"}, {"a": 2, "b": None, "t": None}]


@OUTSIDE
@pytest.mark.parametrize("table", ["text", [1, 2], 3, None])
def test_what_is_no_table(table: Any) -> None:
    with pytest.raises(ValidationError):
        create_table_artifact(table)


@OUTSIDE
@pytest.mark.parametrize("key", ["Upper", "under_score", "a b", "ü"])
def test_keys_that_cannot_be(key: str) -> None:
    with pytest.raises(ValidationError, match="lowercase letters, digits and dashes"):
        create_markdown_artifact("x", key=key)


@OUTSIDE
def test_progress_stays_between_0_and_100(caplog: pytest.LogCaptureFixture) -> None:
    id = create_progress_artifact(150)
    assert stored(id)["data"] == 100
    assert update_progress_artifact(id, -5, description="new") == id
    assert (stored(id)["data"], stored(id)["description"]) == (0, "new")
    update_progress_artifact(id, 50)
    assert (stored(id)["data"], stored(id)["description"]) == (50, "new")
    with pytest.raises(ValueError, match="NaN"):
        update_progress_artifact(id, float("nan"))


def test_progress_of_nothing() -> None:
    with pytest.raises(ObjectNotFound, match="Artifact"):
        update_progress_artifact(uuid.uuid4(), 5)


def test_outside_of_runs_it_warns() -> None:
    with pytest.warns(FutureWarning, match="outside of a flow or task run"):
        id = create_markdown_artifact("x", key="lone")
    assert stored(id)["flow_run_id"] is None


def test_in_runs_it_belongs_to_them() -> None:
    @task
    def inner() -> Any:
        from prefect.runtime import task_run

        return create_markdown_artifact("t", key="k"), task_run.id

    @flow
    def outer() -> Any:
        from prefect.runtime import flow_run

        return create_markdown_artifact("f", key="k"), flow_run.id, *inner()

    in_flow, flow_run_id, in_task, task_run_id = outer()
    assert (stored(in_flow)["flow_run_id"], stored(in_flow)["task_run_id"]) == (flow_run_id, None)
    assert (stored(in_task)["flow_run_id"], stored(in_task)["task_run_id"]) == (flow_run_id, task_run_id)
    with get_client(sync_client=True) as client:
        (latest,) = client.read_latest_artifacts()
        assert latest.latest_id == in_task
        assert len(client.read_artifacts()) == 2


def test_async_flows_await_it() -> None:
    @flow
    async def outer() -> list[uuid.UUID]:
        plain = create_markdown_artifact("x")
        assert inspect.iscoroutine(plain)
        return [await plain, await acreate_markdown_artifact("y")]

    first, second = asyncio.run(outer())
    assert (stored(first)["data"], stored(second)["data"]) == ("x", "y")


def test_every_function_has_its_twin() -> None:
    for name in ("link", "markdown", "table", "progress", "image"):
        plain = getattr(public, f"create_{name}_artifact")
        assert plain.aio is getattr(public, f"acreate_{name}_artifact")
        assert inspect.signature(plain) == inspect.signature(plain.aio)
    assert public.update_progress_artifact.aio is public.aupdate_progress_artifact


@OUTSIDE
def test_get_and_get_or_create() -> None:
    assert Artifact.get("k") is None
    made, is_new = MarkdownArtifact.get_or_create("k", markdown="# 1")
    assert is_new
    assert MarkdownArtifact.get_or_create("k", markdown="# 2") == (made, False)
    assert Artifact.get("k") == made
    assert Artifact.get() == made
    assert asyncio.run(_aget("k")) == made


async def _aget(key: str) -> Any:
    assert (await Artifact.aget_or_create(key))[1] is False
    return await Artifact.aget(key)


@OUTSIDE
def test_own_kinds_of_artifact() -> None:
    class Shout(Artifact):
        text: str

        def format(self) -> str:
            return self.text.upper()

    found = Shout(key="k", type="shout", text="hi", metadata_={"a": "b"}).create()
    assert (found.data, found.metadata_, found.type) == ("HI", {"a": "b"}, "shout")


@OUTSIDE
def test_a_client_that_is_handed_over() -> None:
    with get_client(sync_client=True) as client:
        id = create_link_artifact("http://x", client=client)  # pyright: ignore[reportArgumentType]
    id = create_link_artifact("http://x", client=get_client())
    assert stored(id)["data"] == "[http://x](http://x)"
