"""A flow is drawn by running its function without its tasks."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from prefect import flow, task
from prefect._base import lazy
from prefect.utilities import visualization
from prefect.utilities.visualization import (
    FlowVisualizationError,
    GraphvizExecutableNotFoundError,
    GraphvizImportError,
    VisualizationUnsupportedError,
    get_task_viz_tracker,
    track_viz_task,
)

pytestmark = pytest.mark.filterwarnings("ignore:Drawing the flow:UserWarning")


@task
def load() -> int:
    raise AssertionError("tasks do not run")


@task(name="clean up")
def clean(x: Any, other: Any = None) -> int:
    raise AssertionError("tasks do not run")


@task(viz_return_value=[1, 2])
def many() -> list[int]:
    raise AssertionError("tasks do not run")


@task
async def send(x: Any) -> int:
    raise AssertionError("tasks do not run")


@flow
def inner(x: Any) -> None:
    raise AssertionError("flows inside do not run")


def test_a_flowchart() -> None:
    @flow
    def outer(count: int) -> None:
        first = load()
        second = clean(first)
        clean(first, other=[second])
        numbers = many()
        assert len(numbers) == count
        clean(numbers)
        inner(second)

    assert outer.generate_mermaid_graph(2).splitlines() == [
        "flowchart TD",
        '    load_0["load-0"]',
        '    clean_up_0["clean up-0"]',
        '    clean_up_1["clean up-1"]',
        '    many_0["many-0"]',
        '    clean_up_2["clean up-2"]',
        '    inner_0["inner-0"]',
        "    load_0 --> clean_up_0",
        "    load_0 --> clean_up_1",
        "    clean_up_0 --> clean_up_1",
        "    many_0 --> clean_up_2",
        "    clean_up_0 --> inner_0",
    ]
    assert get_task_viz_tracker() is None


def test_async_flows() -> None:
    @flow
    async def outer() -> None:
        await send(load())

    expected = 'flowchart TD\n    load_0["load-0"]\n    send_0["send-0"]\n    load_0 --> send_0'
    assert outer.generate_mermaid_graph() == expected
    assert asyncio.run(outer.agenerate_mermaid_graph()) == expected


def test_what_cannot_be_drawn() -> None:
    @flow
    def submits() -> None:
        load.submit()

    @flow
    def looks() -> int:
        return load() + 1

    with pytest.raises(VisualizationUnsupportedError, match="submit"):
        submits.generate_mermaid_graph()
    with pytest.raises(TypeError) as raised:
        looks.generate_mermaid_graph()
    assert "viz_return_value" in raised.value.__notes__[0]
    with pytest.raises(FlowVisualizationError, match="No flow is being drawn"):
        track_viz_task(False, "load", {})


def test_it_is_said_that_code_runs() -> None:
    @flow
    def outer() -> None: ...

    with pytest.warns(UserWarning, match="'outer' executes the code"):
        assert outer.generate_mermaid_graph() == "flowchart TD"


TREE = """\
load-0
├── clean up-0
└── clean up-1  (also after clean up-0)
load-1"""


@pytest.mark.parametrize("missing", ["package", "program"])
def test_without_graphviz_there_is_a_tree_of_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, missing: str
) -> None:
    @flow
    def outer() -> None:
        rows = load()
        clean(rows, clean(rows))
        load()

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    if missing == "package":
        monkeypatch.setitem(sys.modules, "graphviz", None)
        monkeypatch.setattr(visualization, "graphviz", lazy.module("graphviz.not_there"))
    error = GraphvizImportError if missing == "package" else GraphvizExecutableNotFoundError
    with pytest.raises(error) as raised:
        outer.visualize()
    assert str(raised.value).endswith(f"As text:\n\n{TREE}")


def test_a_picture_needs_graphviz(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    @flow
    def outer() -> None:
        load()

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        (GraphvizImportError, GraphvizExecutableNotFoundError), match="generate_mermaid_graph"
    ):
        outer.visualize()
