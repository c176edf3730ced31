"""One flow on the task runner of a cluster: mapped tasks with dependencies, an async one, a failing one.

``python cluster_program.py dask|ray COUNT`` prints what became of it, and what was recorded, as JSON.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections import Counter
from typing import Any

from prefect import flow, get_client, task
from prefect.client.schemas.sorting import TaskRunSort


@task
def add_one(x: int) -> int:
    return x + 1


@task
async def add_one_async(x: int) -> int:
    return x + 1


@task
def add(a: int, b: int) -> int:
    return a + b


@task
def total(numbers: list[int]) -> int:
    return sum(numbers)


@task
def fail() -> None:
    raise ValueError("as it should")


def runner(name: str) -> Any:
    if name == "dask":
        from prefect_dask import DaskTaskRunner

        workers = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
        return DaskTaskRunner(cluster_kwargs=workers)
    from prefect_ray import RayTaskRunner

    return RayTaskRunner(init_kwargs={"num_cpus": 2, "include_dashboard": False})


@flow
def work(count: int) -> dict[str, Any]:
    first = add_one.map(range(count))
    second = add_one.map(first)
    both = add.map(first, second)
    failed = fail.submit()
    after = add_one.submit(failed)
    found = {
        "total": total.submit(both).result(),
        "async": add_one_async.map(range(3)).result(),
        "failed": failed.state.name,
        "after": after.state.name,
    }
    try:
        failed.result()
    except ValueError as error:
        found["error"] = str(error)
    return found


def recorded() -> dict[str, Any]:
    """Of the task runs in the store: how many there are per task and state, and how many edges per task."""
    states: Counter[str] = Counter()
    edges: Counter[str] = Counter()
    with get_client(sync_client=True) as client:
        for offset in itertools.count(0, 200):
            page = client.read_task_runs(limit=200, offset=offset, sort=TaskRunSort.ID_DESC)
            for run in page:
                name = run.task_key.rpartition("-")[0]
                states[f"{name} {run.state_name}"] += 1
                edges[name] += sum(len(inputs) for inputs in run.task_inputs.values())
            if len(page) < 200:
                return {"states": states, "edges": edges}


if __name__ == "__main__":
    name, count = sys.argv[1], int(sys.argv[2])
    found = work.with_options(task_runner=runner(name))(count)
    print(json.dumps(found | recorded()))
