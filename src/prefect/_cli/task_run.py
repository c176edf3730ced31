"""``prefect task-run``: what tasks did, inside of flow runs and outside."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from prefect._cli import client, render, run_logs, runs
from prefect._cli.command import Flag, Group, Output
from prefect._cli.tables import Column

app = Group("task-run", "See task runs.")
Id = Annotated[
    UUID, Flag(help="The id of a task run.", hint="'prefect task-run ls' lists task runs with their ids.")
]
_WHAT = "Task run"


@app.command("ls")
def ls(
    *,
    task_run_name: Annotated[list[str] | None, Flag(help="Runs of this name.")] = None,
    limit: Annotated[int, Flag(help="How many at most.")] = 15,
    state: Annotated[list[str] | None, Flag(help="Runs in a state of this name.")] = None,
    state_type: Annotated[list[str] | None, Flag(help="Runs in a state of this type.")] = None,
    output: Output = None,
) -> None:
    """List task runs, those that start last first."""
    as_json = render.wants_json(output)
    criteria: dict[str, Any] = runs.in_states(state, state_type)
    if task_run_name:
        criteria["name"] = {"any_": task_run_name}
    body: dict[str, Any] = {"sort": "EXPECTED_START_TIME_DESC"}
    if criteria:
        body["task_runs"] = criteria
    found = client.listed("task_runs.filter", body, limit=runs.checked_limit(limit))
    if as_json:
        render.json_value([runs.as_object(each) for each in found])
        return
    flow_runs = client.named("flow_runs.filter", "flow_runs", (each["flow_run_id"] for each in found))
    rows = [
        (
            each["id"],
            _task(each),
            each["name"],
            flow_runs.get(each["flow_run_id"]),
            runs.state_of(each),
            runs.when(each),
            runs.took(each),
        )
        for each in found
    ]
    columns = (
        runs.ID,
        Column("Task", optional=True),
        "Name",
        Column("Flow run", optional=True),
        runs.STATE,
        "When",
        runs.TOOK,
    )
    render.table(columns, rows, title="Task runs")


def _task(run: dict[str, Any]) -> str:
    """The name of the task: its key without the digest of the code."""
    name, _, digest = run["task_key"].rpartition("-")
    return name or digest


@app.command("inspect")
def inspect(
    id: Id,
    *,
    web: Annotated[bool, Flag(help="Open its page in a browser.")] = False,
    output: Output = None,
) -> None:
    """Show what is known of a task run."""
    as_json = render.wants_json(output)
    run = _read(id)
    if web:
        runs.browse("runs/task-run", "task run", run["id"])
        return
    if as_json:
        render.json_value(runs.as_object(run))
        return
    around = client.named("flow_runs.filter", "flow_runs", [run["flow_run_id"]])
    name = around.get(run["flow_run_id"])
    render.fields(
        [
            ("Name", run["name"]),
            ("ID", run["id"]),
            ("Task", _task(run)),
            ("Flow run", f"{name} ({run['flow_run_id']})" if name else run["flow_run_id"]),
            *runs.state_fields(run),
            *runs.instants(run),
            ("Inputs", "\n".join(_inputs(run["task_inputs"]))),
            ("Tags", ", ".join(run["tags"])),
            ("Cache key", run["cache_key"]),
            ("Cached until", render.at(run["cache_expiration"])),
        ]
    )


def _inputs(inputs: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Where the arguments came from, for those that came from somewhere."""
    return [
        f"{name} = {', '.join(_source(each) for each in sources)}"
        for name, sources in inputs.items()
        if sources
    ]


def _source(source: dict[str, Any]) -> str:
    kind = str(source["input_type"]).replace("_", " ")
    return f"{kind} {source.get('id') or source.get('name') or source.get('type') or ''}".rstrip()


@app.command("logs")
def logs(
    id: Id,
    *,
    head: Annotated[bool, Flag("--head", "-h", off=("--no-head",), help="Only the first lines.")] = False,
    num_logs: Annotated[int, Flag("--num-logs", "-n", help="How many lines; 0 means all.")] = run_logs.SOME,
    reverse: Annotated[
        bool, Flag("--reverse", "-r", off=("--no-reverse",), help="The newest line first.")
    ] = False,
    tail: Annotated[bool, Flag("--tail", "-t", off=("--no-tail",), help="Only the last lines.")] = False,
    output: Output = None,
) -> None:
    """Show what a task run logged."""
    as_json = render.wants_json(output)
    run = _read(id)
    criteria = {"task_run_id": {"any_": [run["id"]]}}
    pages = run_logs.chosen(criteria, head=head, tail=tail, reverse=reverse, count=num_logs)
    run_logs.show(pages, f"Task run '{run['name']}'", as_json)


def _read(id: UUID) -> dict[str, Any]:
    return runs.read("task_runs.read", _WHAT, str(id))
