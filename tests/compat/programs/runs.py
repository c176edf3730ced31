"""A flow with all that runs have: tasks, subflows, futures, retries, names, tags, caching, lines of log."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta

from prefect import flow, get_run_logger, runtime, tags, task
from prefect.cache_policies import INPUTS
from prefect.states import Completed

tries = {"task": 0, "flow": 0}


@task
def double(x: int) -> int:
    get_run_logger().info("doubling %s", x)
    return 2 * x


@task(retries=2, retry_delay_seconds=0, task_run_name="shaky-{name}")
def shaky(name: str) -> str:
    tries["task"] += 1
    if tries["task"] < 3:
        raise ConnectionError("not yet")
    return name


@task
async def later(x: int) -> int:
    return x + 100


@task
def broken() -> None:
    raise ValueError("broken on purpose")


@task(cache_policy=INPUTS, cache_expiration=timedelta(hours=1), persist_result=True)
def costly(x: int) -> int:
    tries["costly"] = tries.get("costly", 0) + 1
    return x * x


@task
def named() -> object:
    return Completed(message="by hand", name="Sealed")


@flow(flow_run_name="child-{x}", log_prints=True)
def child(x: int) -> int:
    print(f"printed by child {x}")
    return double(x)


@flow(retries=1, retry_delay_seconds=0)
def unsteady() -> str:
    tries["flow"] += 1
    if tries["flow"] == 1:
        raise RuntimeError("first time")
    return "steady"


@flow
async def asynchronous() -> int:
    return sum([await later(x) for x in range(2)])


@flow(log_prints=True)
def parent(n: int = 3) -> dict[str, object]:
    print("printed by parent")
    with tags("inner"):
        first = double.map(range(n))
        second = double.map(first)
    state = broken(return_state=True)
    after = double.submit(4, wait_for=[shaky.submit("one")])
    return {
        "flow_run_id": runtime.flow_run.id,
        "doubles": [f.result() for f in second],
        "after": after.result(),
        "broken": state.name,
        "child": child(7),
        "unsteady": unsteady(),
        "costly": [costly(3), costly(3)],
        "computed": tries["costly"],
        "sealed": named(return_state=True).name,
    }


@flow
def fails() -> None:
    raise LookupError("a flow that fails")


if __name__ == "__main__":
    import asyncio

    from prefect.settings import PREFECT_LOCAL_STORAGE_PATH, temporary_settings

    with tempfile.TemporaryDirectory() as storage, temporary_settings({PREFECT_LOCAL_STORAGE_PATH: storage}):
        with tags("outer"):
            found = parent()
        found["asynchronous"] = asyncio.run(asynchronous())
        state = fails(return_state=True)
        found["failed"] = [state.name, str(state.state_details.flow_run_id), state.message]
    print(json.dumps(found))
