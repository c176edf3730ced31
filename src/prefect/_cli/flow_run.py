"""``prefect flow-run``: what flows did, are doing and are going to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._cli import again, client, render, run_logs, runs, session, watching
from prefect._cli.command import Command, Flag, Group, Output
from prefect._cli.errors import CommandError
from prefect._cli.tables import Column

asyncio: Any = lazy.module("asyncio")
clock: Any = lazy.module("prefect._base.clock")
wizard: Any = lazy.module("prefect._cli.wizard")
executing: Any = lazy.module("prefect._fleet.execute")

app = Group("flow-run", "See and manage flow runs.")
Id = Annotated[
    UUID, Flag(help="The id of a flow run.", hint="'prefect flow-run ls' lists flow runs with their ids.")
]
_WHAT = "Flow run"
_TO_PICK = 20


@app.command("ls")
def ls(
    *,
    flow_name: Annotated[list[str] | None, Flag(help="Runs of this flow.")] = None,
    limit: Annotated[int, Flag(help="How many at most.")] = 15,
    state: Annotated[list[str] | None, Flag(help="Runs in a state of this name.")] = None,
    state_type: Annotated[list[str] | None, Flag(help="Runs in a state of this type.")] = None,
    output: Output = None,
) -> None:
    """List flow runs, the newest first; those that are scheduled ahead as far as there is room."""
    as_json = render.wants_json(output)
    body: dict[str, Any] = {"sort": "EXPECTED_START_TIME_DESC"}
    in_states = runs.in_states(state, state_type)
    if in_states:
        body["flow_runs"] = in_states
    if flow_name:
        body["flows"] = {"name": {"any_": flow_name}}
    most = runs.checked_limit(limit)
    if as_json:  # programs get what the filter of the API gives
        found = client.listed("flow_runs.filter", body, limit=most)
        render.json_value([runs.as_object(each) for each in found])
        return
    found, is_more_ahead = _around_now(body, most)
    flows = client.named("flows.filter", "flows", (each["flow_id"] for each in found))
    rows = [
        (
            each["id"],
            flows.get(each["flow_id"]),
            each["name"],
            runs.state_of(each),
            runs.when(each),
            runs.took(each),
        )
        for each in found
    ]
    columns = (runs.ID, "Flow", "Name", runs.STATE, Column("When"), runs.TOOK)
    render.table(columns, rows, title="Flow runs")
    if is_more_ahead:
        render.aside("More runs are scheduled ahead; a higher --limit shows them.")


def _around_now(body: dict[str, Any], most: int) -> tuple[list[dict[str, Any]], bool]:
    """What is due or was, the newest first, below what comes next; and whether more is ahead than that."""
    now = clock.to_iso(clock.system.now_us())
    criteria: dict[str, Any] = body.get("flow_runs", {})

    def filtered(side: str, sort: str, limit: int) -> list[dict[str, Any]]:
        chosen = {**body, "sort": sort, "flow_runs": {**criteria, "expected_start_time": {side: now}}}
        return client.listed("flow_runs.filter", chosen, limit=limit)

    due = filtered("before_", "EXPECTED_START_TIME_DESC", most)
    ahead = filtered("after_", "EXPECTED_START_TIME_ASC", most - len(due) + 1)
    room = most - len(due)
    return [*reversed(ahead[:room]), *due], most > 0 and len(ahead) > room


@app.command("inspect")
def inspect(
    id: Id,
    *,
    web: Annotated[bool, Flag(help="Open its page in a browser.")] = False,
    output: Output = None,
) -> None:
    """Show what is known of a flow run."""
    as_json = render.wants_json(output)
    run = _read(id)
    if web:
        runs.browse("runs/flow-run", "flow run", run["id"])
        return
    if as_json:
        render.json_value(runs.as_object(run))
        return
    flows = client.named("flows.filter", "flows", [run["flow_id"]])
    render.fields(
        [
            ("Name", run["name"]),
            ("ID", run["id"]),
            ("Flow", flows.get(run["flow_id"], run["flow_id"])),
            *runs.state_fields(run),
            *runs.instants(run),
            ("Parameters", runs.settings_of(run["parameters"])),
            ("Tags", ", ".join(run["tags"])),
            ("Deployment", run["deployment_id"]),
            ("Work pool", run["work_pool_name"]),
            ("Work queue", run["work_queue_name"]),
            ("Job variables", runs.settings_of(run["job_variables"] or {})),
            ("Task run", run["parent_task_run_id"]),
            ("Process", run["infrastructure_pid"]),
        ]
    )


@app.command("logs")
def logs(
    id: Id,
    *,
    head: Annotated[bool, Flag("--head", "-h", off=("--no-head",), help="Only the first lines.")] = False,
    num_logs: Annotated[
        int | None,
        Flag(
            "--num-logs",
            "-n",
            help="How many lines; all of them, or 20 with --head and --tail, if not given.",
        ),
    ] = None,
    reverse: Annotated[
        bool, Flag("--reverse", "-r", off=("--no-reverse",), help="The newest line first.")
    ] = False,
    tail: Annotated[bool, Flag("--tail", "-t", off=("--no-tail",), help="Only the last lines.")] = False,
    output: Output = None,
) -> None:
    """Show what a flow run and its task runs logged."""
    as_json = render.wants_json(output)
    run = _read(id)
    criteria = {"flow_run_id": {"any_": [run["id"]]}}
    pages = run_logs.chosen(criteria, head=head, tail=tail, reverse=reverse, count=num_logs)
    run_logs.show(pages, f"Flow run '{run['name']}'", as_json)


@app.command("delete")
def delete(id: Id) -> None:
    """Remove a flow run with its task runs and logs."""
    run = _read(id)
    render.agreed(f"Remove flow run '{run['name']}' with its task runs and logs?")
    try:
        client.call("flow_runs.delete", id=run["id"])
    except OperationError as refused:
        raise runs.missing(refused, _WHAT, run["id"]) from None
    render.success(f"Successfully deleted flow run '{run['id']}'.")


def cancel(id: Id) -> None:
    """Cancel a flow run: at once if it has not begun, otherwise its process is asked to end it."""
    body = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
    try:
        answer = client.call("flow_runs.set_state", id=str(id), body=body)
    except OperationError as refused:
        raise runs.missing(refused, _WHAT, str(id)) from None
    if answer["status"] == "ACCEPT":
        render.success(f"Flow run '{id}' was successfully scheduled for cancellation.")
    elif answer["state"] is not None and answer["state"]["type"] == "CANCELLED":
        render.success(f"Flow run '{id}' was cancelled.")
    else:
        reason = answer["details"].get("reason")
        raise CommandError(f"Flow run '{id}' was unable to be cancelled. Reason: {reason}")


class _Cancel(Command):
    """`cancel`, which lets a person at a terminal pick the run."""

    def run(self, words: Sequence[str], program: str) -> None:
        if not words and session.is_interactive():
            words = [_picked()]
        super().run(words, program)


def _picked() -> str:
    types = ["RUNNING", "PENDING", "PAUSED", "SCHEDULED"]
    body = {"flow_runs": {"state": {"type": {"any_": types}}}}
    found, _ = _around_now(body, _TO_PICK)
    if not found:
        raise CommandError("No flow run is going on or waits, so that there is nothing to cancel.")
    labels = [f"{each['name']}  {each['state_name']}  {each['id']}" for each in found]
    return found[wizard.picked("Which flow run?", labels)]["id"]


app.members["cancel"] = _Cancel("cancel", cancel)


@app.command("why")
def why(id: Id, *, output: Output = None) -> None:
    """Say why a flow run is not running."""
    as_json = render.wants_json(output)
    try:
        found = client.call("why.read", id=str(id))
    except OperationError as refused:
        raise runs.missing(refused, _WHAT, str(id)) from None
    if as_json:
        render.json_value(found)
        return
    for number, reason in enumerate(found["reasons"]):
        text = reason["text"]
        if reason["since"]:
            text += f" (since {render.at(reason['since'])}, {render.ago(reason['since'])})"
        render.line(text if number == 0 else f"- {text}")
    if not found["reasons"]:
        render.line(found["summary"])


@app.command("retry")
def retry(
    id_or_name: Annotated[
        str,
        Flag(
            help="The id or the name of a flow run that has ended.", hint="'prefect flow-run ls' lists them."
        ),
    ],
    *,
    entrypoint: Annotated[
        str | None,
        Flag(
            "--entrypoint", "-e", help="Where its flow is: path/to/file.py:function. Runs it in this process."
        ),
    ] = None,
) -> None:
    """Run a flow run that has ended again: tasks whose results were kept are not run a second time."""
    again.retry(id_or_name, entrypoint)


@app.command("execute")
def execute(
    id: Annotated[UUID | None, Flag(help="The id; PREFECT__FLOW_RUN_ID if left out.")] = None,
) -> None:
    """Execute a flow run in this process's stead: what jobs and containers do."""
    given = str(id) if id is not None else os.environ.get("PREFECT__FLOW_RUN_ID")
    if not given:
        raise CommandError("Say which flow run: give its id, or set PREFECT__FLOW_RUN_ID.")
    try:
        run_id = UUID(given)
    except ValueError:
        raise CommandError(f"PREFECT__FLOW_RUN_ID is {given!r}, which is no id of a flow run.") from None
    code = asyncio.run(executing.execute(run_id))
    if code:
        raise SystemExit(code)


@app.command("watch")
def watch(id: Id, *, timeout: Annotated[int | None, Flag(help="Seconds to wait at most.")] = None) -> None:
    """Follow a flow run until it ends. The exit code is 0 if it completes."""
    run = _read(id)
    was_over = watching.is_over(run)
    if not was_over:
        run = watching.follow(run, timeout)
    if run is None:
        raise CommandError(f"Flow run '{id}' has not ended within {timeout} seconds.")
    text = f"Flow run {'already ' if was_over else ''}finished in state '{run['state_name']}'."
    if run["state_type"] != "COMPLETED":
        raise CommandError(text)
    render.success(text)


def _read(id: UUID) -> dict[str, Any]:
    return runs.read("flow_runs.read", _WHAT, str(id))
