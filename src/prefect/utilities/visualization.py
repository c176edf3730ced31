"""The tasks of a flow and what they depend on as a picture: the flow's function runs, its tasks do not."""

from __future__ import annotations

from collections.abc import Coroutine
from contextvars import ContextVar, Token
from typing import Any, Self

from prefect._base import lazy
from prefect.utilities.collections import visit_collection

graphviz: Any = lazy.module("graphviz")

current: ContextVar[TaskVizTracker | None] = ContextVar("prefect_drawing", default=None)
"""Takes note of the tasks that are called, while a flow is drawn."""


class FlowVisualizationError(Exception):
    """The flow cannot be drawn."""


class VisualizationUnsupportedError(Exception):
    """Something in the flow cannot be drawn."""


class GraphvizImportError(Exception):
    """The Python package `graphviz` is not installed."""


class GraphvizExecutableNotFoundError(Exception):
    """The programs of Graphviz are not installed."""


class VizTask:
    """Stands for the result of a task while its flow is drawn."""

    def __init__(self, name: str, upstream_tasks: list[VizTask] | None = None) -> None:
        self.name = name
        self.upstream_tasks = upstream_tasks or []


class TaskVizTracker:
    """The tasks that were called, in order; a context manager that tasks take note in."""

    def __init__(self) -> None:
        self.tasks: list[VizTask] = []
        self.dynamic_task_counter: dict[str, int] = {}
        self.object_id_to_task: dict[int, VizTask] = {}
        self._kept: list[Any] = []  # no other object can take their identity
        self._token: Token[TaskVizTracker | None] | None = None

    def add_task(self, task: VizTask) -> None:
        """Take note of a call; its number is added to the name."""
        number = self.dynamic_task_counter.get(task.name, -1) + 1
        self.dynamic_task_counter[task.name] = number
        task.name = f"{task.name}-{number}"
        self.tasks.append(task)

    def link_viz_return_value_to_viz_task(self, viz_return_value: Any, viz_task: VizTask) -> None:
        """Have whoever is given `viz_return_value` depend on `viz_task`."""
        alike = isinstance(viz_return_value, bool | None) or viz_return_value in (..., NotImplemented)
        if alike or (isinstance(viz_return_value, int) and -5 <= viz_return_value <= 256):
            return  # the same object everywhere
        self._kept.append(viz_return_value)
        self.object_id_to_task[id(viz_return_value)] = viz_task

    def upstream(self, parameters: dict[str, Any]) -> list[VizTask]:
        """The calls that `parameters` came from."""
        found: dict[int, VizTask] = {}

        def visit(item: Any) -> Any:
            task = item if isinstance(item, VizTask) else self.object_id_to_task.get(id(item))
            if task is not None:
                found[id(task)] = task
            return item

        visit_collection(parameters, visit_fn=visit, return_data=False)
        return list(found.values())

    def __enter__(self) -> Self:
        self._token = current.set(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        assert self._token is not None
        current.reset(self._token)


def get_task_viz_tracker() -> TaskVizTracker | None:
    """What takes note of tasks while a flow is drawn, else None."""
    return current.get()


def track_viz_task(
    is_async: bool, task_name: str, parameters: dict[str, Any], viz_return_value: Any = None
) -> Coroutine[Any, Any, Any] | Any:
    """Take note of a call: `viz_return_value` or what stands for the result, to be awaited if `is_async`."""
    if not is_async:
        return _tracked(task_name, parameters, viz_return_value)

    async def tracked() -> Any:
        return _tracked(task_name, parameters, viz_return_value)

    return tracked()


def _tracked(task_name: str, parameters: dict[str, Any], viz_return_value: Any) -> Any:
    tracker = current.get()
    if tracker is None:
        raise FlowVisualizationError("No flow is being drawn here.")
    task = VizTask(task_name, tracker.upstream(parameters))
    tracker.add_task(task)
    if viz_return_value is None:
        return task
    tracker.link_viz_return_value_to_viz_task(viz_return_value, task)
    return viz_return_value


def refuse(what: str) -> None:
    """Raise `VisualizationUnsupportedError` for `what`, if a flow is being drawn."""
    if current.get() is not None:
        raise VisualizationUnsupportedError(
            f"{what} cannot be drawn; draw the flow with direct calls of its tasks."
        )


# ------------------------------------------------------------------ pictures


def build_mermaid_dependencies(task_run_tracker: TaskVizTracker) -> str:
    """The calls as a flowchart of Mermaid."""
    lines = ["flowchart TD"]
    lines += [f'    {_node(task)}["{_quoted(task.name)}"]' for task in task_run_tracker.tasks]
    for task in task_run_tracker.tasks:
        lines += [f"    {_node(upstream)} --> {_node(task)}" for upstream in task.upstream_tasks]
    return "\n".join(lines)


def _node(task: VizTask) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in task.name)


def _quoted(name: str) -> str:
    return name.replace('"', "#quot;")


def build_text_tree(task_run_tracker: TaskVizTracker) -> str:
    """The calls as lines of text, each below the first call that it depends on.

    What else a call depends on stands behind its name.
    """
    below: dict[int | None, list[VizTask]] = {}
    for task in task_run_tracker.tasks:
        first = task.upstream_tasks[0] if task.upstream_tasks else None
        below.setdefault(None if first is None else id(first), []).append(task)
    lines: list[str] = []
    pending = [(task, "", "") for task in reversed(below.get(None, []))]
    while pending:
        task, branch, margin = pending.pop()
        others = ", ".join(each.name for each in task.upstream_tasks[1:])
        lines.append(f"{branch}{task.name}" + (f"  (also after {others})" if others else ""))
        children = below.get(id(task), [])
        for child in reversed(children):
            is_last = child is children[-1]
            branch, inner = ("└── ", "    ") if is_last else ("├── ", "│   ")
            pending.append((child, margin + branch, margin + inner))
    return "\n".join(lines)


def build_task_dependencies(task_run_tracker: TaskVizTracker) -> Any:
    """The calls as a `graphviz.Digraph`; raises `GraphvizImportError` if the package is not installed."""
    try:
        graph = graphviz.Digraph()
    except ModuleNotFoundError as error:
        raise GraphvizImportError(
            "The Python package `graphviz` is not installed: `pip install graphviz`. "
            "`flow.generate_mermaid_graph()` needs nothing installed. As text:\n\n"
            + build_text_tree(task_run_tracker)
        ) from error
    for task in task_run_tracker.tasks:
        graph.node(task.name)
        for upstream in task.upstream_tasks:
            graph.edge(upstream.name, task.name)
    return graph


def visualize_task_dependencies(
    graph: Any, flow_run_name: str, task_run_tracker: TaskVizTracker | None = None
) -> None:
    """Draw to ``<flow_run_name>.png`` in the working directory, and show it.

    Raises `GraphvizExecutableNotFoundError` if the program ``dot`` is not installed; its message shows the
    calls of `task_run_tracker` as text.
    """
    try:
        graph.render(filename=flow_run_name, view=True, format="png", cleanup=True)
    except graphviz.backend.ExecutableNotFound as error:
        raise GraphvizExecutableNotFoundError(
            "The program `dot` of Graphviz is not on the PATH; install Graphviz (the Python package is not "
            "enough). `flow.generate_mermaid_graph()` needs nothing installed."
            + (f" As text:\n\n{build_text_tree(task_run_tracker)}" if task_run_tracker is not None else "")
        ) from error
