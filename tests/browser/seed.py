"""A store with something of all that pages show: always the same but for its times, which end now."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from typing import Any

from prefect._base import clock
from prefect._store.sql import Queries
from prefect._store.store import Store, Tx

sql = Queries(__file__, "seed.sql")
Row = dict[str, Any]

SECOND = 1_000_000
HOUR = 3600 * SECOND
ENDINGS = (
    ("COMPLETED", "Completed", None),
    ("COMPLETED", "Completed", None),
    ("COMPLETED", "Completed", None),
    ("COMPLETED", "Completed", None),
    ("FAILED", "Failed", "1 of 12 tasks failed: ValueError('the table has no rows')"),
    ("CRASHED", "Crashed", "The process ended without a word."),
    ("CANCELLED", "Cancelled", "Cancelled by hand."),
)
FLOWS = ("etl", "report", "train", "cleanup")
TASKS = ("extract", "clean", "join", "enrich", "score", "load")
TRACEBACK = """Task failed with an exception
Traceback (most recent call last):
  File "/usr/lib/python3/site-packages/prefect/_engine/task.py", line 88, in run
    value = call(*arguments)
  File "/usr/lib/python3/site-packages/prefect/_engine/call.py", line 12, in call
    return function(*arguments)
  File "/srv/flows/etl.py", line 41, in load
    raise ValueError("the table has no rows")
ValueError: the table has no rows"""


def id_of(name: str) -> str:
    """The id of what has this name in the seed."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


FAILED, RUNNING, LATE, PAUSED, HUGE, LARGE = map(
    id_of, ("failed", "running", "late", "paused", "huge", "large")
)
# as a program may pass that has a store of its own; the API takes less
LARGE_BYTES = 10_000_000


def fill(store: Store, runs: int = 400, nodes: int = 0) -> None:
    """Fill an empty store; with `nodes` there is a run `HUGE` of so many tasks, too."""
    now_us = clock.system.now_us()

    async def base(tx: Tx) -> None:
        await _base(tx, now_us)
        await _history(tx, now_us, runs)
        await _special(tx, now_us)

    store.write(base).result(60)
    if nodes:
        add_huge(store, "huge", nodes)


def add_huge(store: Store, name: str, nodes: int) -> str:
    """Add a run of so many tasks to a filled store; its id."""
    run = _run(name, "etl", clock.system.now_us() - HOUR, ENDINGS[0], total_us=HOUR // 2)
    store.write(lambda tx: _huge(tx, run, nodes)).result(120)
    return run["id"]


async def _base(tx: Tx, now_us: int) -> None:
    at_us = now_us - 400 * HOUR
    await tx.many(
        sql.flow, [{"id": id_of(name), "at_us": at_us, "name": name, "tags": '["team"]'} for name in FLOWS]
    )
    pool, queue = id_of("pool"), id_of("queue")
    await tx.many(sql.pool, [{"id": pool, "at_us": at_us, "name": "laptop", "queue_id": queue}])
    await tx.many(sql.queue, [{"id": queue, "at_us": at_us, "name": "default", "pool_id": pool}])
    rows = [
        {
            "id": id_of(f"deployment {name}"),
            "at_us": at_us,
            "name": f"{name}-nightly",
            "flow_id": id_of(name),
            "tags": '["nightly"]',
            "queue_id": queue,
        }
        for name in FLOWS[:3]
    ]
    await tx.many(sql.deployment, rows)


def _run(name: str, flow: str, at_us: int, ending: tuple[str, str, str | None], **more: Any) -> Row:
    """A flow run; its duration is `total_us`, zero if it has not begun."""
    type_, state, message = ending
    total_us = more.pop("total_us", 0)
    started = type_ not in ("SCHEDULED", "PENDING")
    is_over = type_ in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
    deployed = flow in FLOWS[:3]
    return {
        "id": id_of(name),
        "now_us": at_us + total_us,
        "at_us": at_us,
        "name": name,
        "flow_id": id_of(flow),
        "deployment_id": id_of(f"deployment {flow}") if deployed else None,
        "queue_id": id_of("queue") if deployed else None,
        "queue_name": "default" if deployed else None,
        "parameters": '{"day":"2026-01-01","rows":1000}',
        "tags": '["nightly"]' if deployed else "[]",
        "parent": None,
        "state_id": id_of(f"{name} last"),
        "state_type": type_,
        "state_name": state,
        "state_at_us": at_us + total_us,
        "message": message,
        "details": "{}",
        "run_count": int(started),
        "due_us": None,
        "start_us": at_us if started else None,
        "end_us": at_us + total_us if is_over else None,
        "total_us": total_us if is_over else 0,
        **more,
    }


def _states(run: Row, kind: str = "flow") -> Iterator[Row]:
    shared = {"run_id": run["id"], "kind": kind, "message": None}
    before_us = run["at_us"] - SECOND
    yield {**shared, "id": id_of(run["id"] + "p"), "type": "PENDING", "name": "Pending", "at_us": before_us}
    if run["start_us"] is not None:
        begun = {"type": "RUNNING", "name": "Running", "at_us": run["start_us"]}
        yield {**shared, **begun, "id": id_of(run["id"] + "r") if run["end_us"] else run["state_id"]}
    if run["end_us"] is not None:
        last = {"type": run["state_type"], "name": run["state_name"], "at_us": run["end_us"] + 1}
        yield {**shared, **last, "id": run["state_id"], "message": run["message"]}


async def _history(tx: Tx, now_us: int, count: int) -> None:
    chance = random.Random(7)
    rows: list[Row] = []
    for number in range(count):
        at_us = now_us - int(chance.random() * 7 * 24 * HOUR) - HOUR
        total_us = int(chance.lognormvariate(2.5, 1.6) * SECOND)
        flow = chance.choice(FLOWS)
        rows.append(_run(f"past-{number}", flow, at_us, chance.choice(ENDINGS), total_us=min(total_us, HOUR)))
    await tx.many(sql.flow_run, rows)
    await tx.many(sql.state, [state for run in rows for state in _states(run)])
    tasks = [task for run in rows[:100] for task in _tasks(run, 6, chance)]
    await tx.many(sql.task_run, tasks)


def _tasks(run: Row, count: int, chance: random.Random) -> Iterator[Row]:
    """Tasks in layers: each depends on one of those before it."""
    length_us = max(run["total_us"], SECOND)
    step_us = max(1, length_us // (count + 1))
    for number in range(count):
        key = TASKS[number * len(TASKS) // count]
        at_us = run["start_us"] + number * step_us
        start_us = at_us + int(chance.random() * step_us / 2)
        took_us = int(step_us * (0.5 + chance.random()))
        failed = number == count - 1 and run["state_type"] == "FAILED"
        type_ = "FAILED" if failed else "COMPLETED"
        id = f"{run['name']} task {number}"
        parent = id_of(f"{run['name']} task {number - 1 - int(chance.random() * min(number, 3))}")
        inputs = {"x": [{"input_type": "task_run", "id": parent}]} if number else {}
        yield {
            "id": id_of(id),
            "at_us": at_us,
            "name": f"{key}-{number}",
            "flow_run_id": run["id"],
            "task_key": f"{key}-0a1b2c3d",
            "dynamic_key": str(number),
            "inputs": json.dumps(inputs),
            "run_count": 1 + int(number % 7 == 3),
            "start_us": start_us,
            "end_us": start_us + took_us,
            "total_us": took_us,
            "state_id": id_of(f"{id} last"),
            "state_type": type_,
            "state_name": type_.capitalize(),
            "state_at_us": start_us + took_us,
            "message": "ValueError: the table has no rows" if failed else None,
        }


async def _special(tx: Tx, now_us: int) -> None:
    chance = random.Random(11)
    failed = _run("failed", "etl", now_us - HOUR, ENDINGS[4], total_us=90 * SECOND)
    running = _run("running", "report", now_us - 60 * SECOND, ("RUNNING", "Running", None))
    late = _run(
        "late", "train", now_us - 600 * SECOND, ("SCHEDULED", "Late", None), due_us=now_us - 600 * SECOND
    )
    paused = _run("paused", "cleanup", now_us - 300 * SECOND, ("PAUSED", "Paused", "Waits for an answer."))
    child = _run("child", "cleanup", now_us - HOUR + SECOND, ENDINGS[0], total_us=9 * SECOND)
    child["parent"] = id_of("failed task 1")
    child["deployment_id"] = child["queue_id"] = child["queue_name"] = None
    large = _run("large", "report", now_us - 2 * HOUR, ENDINGS[0], total_us=3 * SECOND)
    large["parameters"] = json.dumps({"text": "y" * LARGE_BYTES})
    runs = [failed, running, late, paused, child, large]
    await tx.many(sql.flow_run, runs)
    tasks = list(_tasks(failed, 24, chance))
    await tx.many(sql.task_run, tasks)
    states = [state for run in runs for state in _states(run)]
    await tx.many(sql.state, states + [state for task in tasks for state in _states(task, "task")])
    await tx.many(sql.line, list(_lines(failed, tasks, 600)))
    table = json.dumps([{"city": "Oslo", "rows": 3}, {"city": "Rome", "rows": 5}])
    shared = {"flow_run_id": FAILED, "task_run_id": None, "at_us": failed["start_us"] + SECOND}
    artifacts = [
        {
            "id": id_of("notes"),
            "key": "notes",
            "type": "markdown",
            "data": json.dumps("# Notes\n\nAll **fine**."),
        },
        {"id": id_of("rows"), "key": "rows", "type": "table", "data": json.dumps(table)},
    ]
    await tx.many(sql.artifact, [{**shared, "description": "What came out", **each} for each in artifacts])


def _lines(run: Row, tasks: list[Row], count: int) -> Iterator[Row]:
    for number in range(count):
        task = tasks[number * len(tasks) // count]
        level = 30 if number % 50 == 20 else 10 if number % 9 == 0 else 20
        message = f"Read {number * 17} rows of the table \x1b[32mcities\x1b[0m"
        if number == count - 2:
            level, message = 40, TRACEBACK
        yield {
            "id": id_of(f"{run['name']} line {number}"),
            "at_us": run["start_us"] + number * run["total_us"] // count,
            "level": level,
            "name": "prefect.task_runs" if number % 3 else "prefect.flow_runs",
            "message": message,
            "flow_run_id": run["id"],
            "task_run_id": task["id"] if number % 3 else None,
        }


async def _huge(tx: Tx, run: Row, count: int) -> None:
    await tx.many(sql.flow_run, [run])
    await tx.many(sql.state, list(_states(run)))
    await tx.many(sql.task_run, list(_tasks(run, count, random.Random(3))))
