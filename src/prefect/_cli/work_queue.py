"""``prefect work-queue``: the order in which the runs of a work pool go."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

from prefect._base.errors import AlreadyExists, NotFound
from prefect._cli import client, pools, render, runs
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError
from prefect._cli.tables import Cell, Column

app = Group("work-queue", "Manage work queues: the order in which the runs of a work pool go.")
DEFAULT_POOL = "default-agent-pool"

Name = Annotated[str, Flag(help="The name of a work queue.")]
PoolName = Annotated[
    str | None, Flag("--pool", "-p", help=f"The work pool that it is in; '{DEFAULT_POOL}' if left out.")
]
_STYLES = {"READY": "green", "NOT_READY": "red", "PAUSED": "yellow"}
# how many runs `read-runs` reads
_SOME = 10


@app.command("create")
def create(
    name: Name,
    *,
    limit: Annotated[
        int | None, Flag("--limit", "-l", help="How many of its runs may go on at once.")
    ] = None,
    pool: PoolName = None,
    priority: Annotated[
        int | None, Flag("--priority", "-q", help="1 goes first; the first that is free if left out.")
    ] = None,
) -> None:
    """Create a work queue."""
    given = {"name": name, "concurrency_limit": limit, "priority": priority}
    body = client.checked(
        "work_queues.create", {key: value for key, value in given.items() if value is not None}
    )
    try:
        if pool is None:
            made = client.call("work_queues.create", body=body)
        else:
            made = client.call("work_queues.create_in_pool", work_pool_name=pool, body=body)
    except AlreadyExists:
        raise CommandError(
            f"Work queue '{name}' already exists{_in(pool)}. 'prefect work-queue inspect' shows it."
        ) from None
    except NotFound:
        raise pools.missing_pool(pool or DEFAULT_POOL) from None
    render.success(f"Created work queue '{name}'{_in(pool)}.")
    render.fields(
        [
            ("Name", made["name"]),
            ("ID", made["id"]),
            ("Work pool", made["work_pool_name"] or pool or DEFAULT_POOL),
            ("Priority", made["priority"]),
            ("Limit", pools.limit_of(made)),
        ]
    )
    words = "" if pool is None else f" --pool '{pool}'"
    render.line(f"\nTo start a worker for it:\n\n    prefect worker start{words} --work-queue '{name}'")


def _in(pool: str | None) -> str:
    return f" in work pool '{pool or DEFAULT_POOL}'"


@app.command("set-concurrency-limit")
def set_concurrency_limit(
    name: Name,
    limit: Annotated[int, Flag(help="How many of its runs may go on at once.")],
    *,
    pool: PoolName = None,
) -> None:
    """Limit how many runs of a work queue may go on at once."""
    _update(name, pool, {"concurrency_limit": limit})
    render.success(f"Concurrency limit of {limit} set on work queue '{name}'.")


@app.command("clear-concurrency-limit")
def clear_concurrency_limit(name: Name, *, pool: PoolName = None) -> None:
    """Let any number of runs of a work queue go on at once."""
    _update(name, pool, {"concurrency_limit": None})
    render.success(f"Concurrency limit removed from work queue '{name}'.")


@app.command("pause")
def pause(name: Name, *, pool: PoolName = None) -> None:
    """Hand out no more runs of a work queue until it is resumed."""
    if pool is None:
        render.agreed(f"Pause work queue '{name}'{_in(pool)}?")
    _update(name, pool, {"is_paused": True})
    render.success(f"Work queue '{name}' paused.")


@app.command("resume")
def resume(name: Name, *, pool: PoolName = None) -> None:
    """Hand out the runs of a work queue again."""
    _update(name, pool, {"is_paused": False})
    render.success(f"Work queue '{name}' resumed.")


def _update(name: str, pool: str | None, changes: dict[str, Any]) -> None:
    queue = _read(name, pool)
    client.call("work_queues.update", id=queue["id"], body=client.checked("work_queues.update", changes))


def _read(name: str, pool: str | None) -> dict[str, Any]:
    try:
        if pool is None:
            return client.call("work_queues.read_by_name", name=name)
        return client.call("work_queues.read_in_pool", work_pool_name=pool, name=name)
    except NotFound:
        if pool is not None:
            pools.pool(pool)  # it may be the pool that is missing
        words = "" if pool is None else f" --pool {shlex.quote(pool)}"
        raise CommandError(
            f"Work queue '{name}' not found{_in(pool)}! `prefect work-queue ls{words}` lists them."
        ) from None


@app.command("inspect")
def inspect(name: Name, *, pool: PoolName = None, output: Output = None) -> None:
    """Show everything that is known of a work queue, and how it is doing."""
    as_json = render.wants_json(output)
    queue = _read(name, pool)
    health = client.call("work_queues.status", id=queue["id"])
    if as_json:
        render.json_value({**queue, "status_details": health})
        return
    render.fields(
        [
            ("Name", queue["name"]),
            ("ID", queue["id"]),
            ("Description", queue["description"]),
            ("Work pool", queue["work_pool_name"]),
            ("Priority", queue["priority"]),
            ("Status", _status(queue)),
            ("Limit", pools.limit_of(queue)),
            ("Slots taken", queue["active_slots"]),
            ("Healthy", "yes" if health["healthy"] else Cell("no", style="red")),
            ("Late runs", health["late_runs_count"]),
            ("Last polled", render.ago(health["last_polled"])),
        ]
    )


def _status(queue: dict[str, Any]) -> Cell:
    status = queue["status"]
    if status is None:
        return pools.PAUSED if queue["is_paused"] else Cell("")
    return Cell(status.lower().replace("_", " "), style=_STYLES.get(status))


@app.command("slots")
def slots(name: Name, *, pool: PoolName = None, output: Output = None) -> None:
    """Show which flow runs take slots of a work queue."""
    as_json = render.wants_json(output)
    found = client.call("work_queues.concurrency_status", id=_read(name, pool)["id"], body={})
    if as_json:
        render.json_value(found)
    else:
        pools.show_slots(f"Work queue '{name}'", found)


@app.command("ls")
def ls(
    *,
    verbose: Annotated[bool, Flag("--verbose", "-v", help="Also show what else is known.")] = False,
    work_queue_prefix: Annotated[
        str | None, Flag("--match", "-m", help="Only queues whose names begin like this.")
    ] = None,
    pool: Annotated[str | None, Flag("--pool", "-p", help="Only queues of this work pool.")] = None,
    output: Output = None,
) -> None:
    """List work queues, those of a pool in the order of their priority."""
    as_json = render.wants_json(output)
    found = [
        queue
        for queue in _listed(pool)
        if work_queue_prefix is None or queue["name"].startswith(work_queue_prefix)
    ]
    if as_json:
        render.json_value(found)
        return
    columns: list[str | Column] = ["Name", Column("ID", whole=True), "Priority", "Status", "Limit"]
    if pool is None:
        columns.insert(1, "Work pool")
    if verbose:
        columns += ["Last polled", "Description"]
    render.table(columns, [_row(queue, pool is None, verbose) for queue in found], title="Work queues")
    if any(queue["is_paused"] for queue in found):
        render.line("(**) is paused")


def _listed(pool: str | None) -> list[dict[str, Any]]:
    if pool is None:
        found = client.listed("work_queues.filter", {}, limit=None)
        return sorted(
            found, key=lambda queue: (queue["work_pool_name"] or "", queue["priority"], queue["name"])
        )
    pools.pool(pool)
    queues: list[dict[str, Any]] = []
    while page := client.call(
        "work_queues.filter_in_pool",
        work_pool_name=pool,
        body={"limit": client.PAGE, "offset": len(queues)},
    ):
        queues += page
        if len(page) < client.PAGE:
            break
    return queues


def _row(queue: dict[str, Any], with_pool: bool, verbose: bool) -> list[object]:
    return [
        f"{queue['name']} (**)" if queue["is_paused"] else queue["name"],
        *([queue["work_pool_name"]] if with_pool else []),
        queue["id"],
        queue["priority"],
        _status(queue),
        pools.limit_of(queue),
        *([render.when(queue["last_polled"]), queue["description"]] if verbose else []),
    ]


@app.command("preview")
def preview(name: Name, *, hours: pools.Hours = None, pool: PoolName = None, output: Output = None) -> None:
    """Show the runs of a work queue that begin soon."""
    as_json = render.wants_json(output)
    queue = _read(name, pool)
    found = pools.next_runs({"work_pool_queues": {"id": {"any_": [queue["id"]]}}}, hours)
    pools.show_next_runs(found, as_json, f"work queue '{name}'")


@app.command("delete")
def delete(name: Name, *, pool: PoolName = None) -> None:
    """Remove a work queue."""
    queue = _read(name, pool)
    render.agreed(f"Remove work queue '{name}'{_in(pool)}?")
    client.call("work_queues.delete", id=queue["id"])
    render.success(f"Successfully deleted work queue '{name}'{_in(pool)}.")


@app.command("read-runs")
def read_runs(name: Name, *, pool: PoolName = None) -> None:
    """Show the scheduled runs at the head of a work queue."""
    queue = _read(name, pool)
    found = client.listed(
        "flow_runs.filter",
        {
            "work_pool_queues": {"id": {"any_": [queue["id"]]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
            "sort": "NEXT_SCHEDULED_START_TIME_ASC",
        },
        limit=_SOME,
    )
    count = len(found)
    render.success(f"Read {count} run{'' if count == 1 else 's'} for work queue '{name}'{_in(pool)}.")
    if found:
        rows = [(each["id"], each["name"], runs.state_of(each), runs.when(each)) for each in found]
        render.table((runs.ID, "Name", runs.STATE, "When"), rows)
