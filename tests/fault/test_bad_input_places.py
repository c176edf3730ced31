"""Flows called from unusual places, in unusual numbers, and ended in unusual ways: all is recorded."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import World

HEAD = """
import asyncio, os, sys, threading, time
from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner

@task
def step(x=1):
    return x

"""
COMPLETED = "Completed"

PLACES = {
    "a blocking flow in a running loop": """
@flow
def work():
    return step()

async def main():
    return work()

assert asyncio.run(main()) == 1
""",
    "a loop run inside a blocking flow": """
@task
async def awaited():
    return 1

@flow
def work():
    async def inside():
        return await awaited() + step(0)
    return asyncio.run(inside())

assert work() == 1
""",
    "a thread": """
@flow
def work():
    return step.submit(1).result()

found = []
thread = threading.Thread(target=lambda: found.append(work()))
thread.start()
thread.join()
assert found == [1]
""",
    "a recursion": """
@flow
def work(depth):
    return step(0) if depth == 0 else 1 + work(depth - 1)

assert work(50) == 50
""",
    "an awaited recursion": """
@flow
async def work(depth):
    return step(0) if depth == 0 else 1 + await work(depth - 1)

assert asyncio.run(work(50)) == 50
""",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_flow_called_from(world: World, place: str) -> None:
    world.succeed(HEAD + PLACES[place])

    flows, tasks = world.look()
    runs = 51 if "recursion" in place else 1
    assert flows == {"work": [COMPLETED] * runs}
    assert {state for states in tasks.values() for state in states} == {COMPLETED}
    if runs > 1:
        assert tasks["work"] == [COMPLETED] * 50


FORKING = """
@flow
def parent(x):
    return step(x)

@flow
def child(x):
    return step(x)

parent(0)
pids = []
for number in range(3):
    pid = os.fork()
    if pid == 0:
        assert child(number) == number
        sys.exit(0)
    pids.append(pid)
parent(1)
assert [os.waitpid(pid, 0)[1] for pid in pids] == [0, 0, 0]
parent(2)
"""


def test_forked_processes_have_stores_of_their_own(world: World) -> None:
    world.succeed(HEAD + FORKING)

    flows, tasks = world.look()
    assert flows == {"parent": [COMPLETED] * 3, "child": [COMPLETED] * 3}
    assert tasks == {"step": [COMPLETED] * 6}


TOGETHER = """
@flow
def work():
    return [future.result() for future in step.map(range(20))]

print("ready", flush=True)
sys.stdin.readline()
assert work() == list(range(20))
"""


def test_eight_processes_on_one_fresh_home(world: World) -> None:
    processes = [world.start(HEAD + TOGETHER) for _ in range(8)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]

    assert errors == [""] * 8
    assert [process.returncode for process in processes] == [0] * 8
    flows, tasks = world.look()
    assert flows == {"work": [COMPLETED] * 8}
    assert tasks == {"step": [COMPLETED] * 160}


MANY = """
@flow
def work():
    began = time.monotonic()
    futures = [step.submit(number) for number in range(10_000)]
    assert threading.active_count() < 300, threading.active_count()
    assert sum(future.result() for future in futures) == 49_995_000
    return time.monotonic() - began

print(f"{work():.2f} s for 10,000 submitted tasks")
"""


def test_ten_thousand_tasks_at_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    told = world.succeed(HEAD + MANY)

    with capsys.disabled():
        print(f" {told.strip()} ", end="")
    flows, tasks = world.look()
    assert flows == {"work": [COMPLETED]}
    assert Counter(tasks["step"]) == {COMPLETED: 10_000}


NESTED = """
@task
def nested(depth):
    return 0 if depth == 0 else 1 + nested.submit(depth - 1).result()

@flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
def work():
    return nested.submit(30).result()

assert work() == 30
"""


def test_nested_submits_with_one_worker(world: World) -> None:
    world.succeed(HEAD + NESTED)

    assert world.look() == ({"work": [COMPLETED]}, {"nested": [COMPLETED] * 31})


FORGOTTEN = """
gate = threading.Event()

@task
def late(x):
    assert gate.wait(30)

@flow
def work():
    for number in range(40):
        late.submit(number)
    gate.set()

assert work(return_state=True).is_completed()

from prefect._store.check import sqlite3
rows = sqlite3.connect(os.environ["PREFECT_HOME"] + "/orchestrator.db").execute(
    "SELECT count(*) FROM run_state WHERE kind = 'task' AND type = 'COMPLETED' AND at_us <= "
    "(SELECT at_us FROM run_state WHERE kind = 'flow' AND type = 'COMPLETED')"
).fetchone()
assert rows == (40,), rows
os._exit(0)
"""


def test_tasks_nobody_waits_for_are_recorded_before_the_flow_ends(world: World) -> None:
    world.succeed(HEAD + FORGOTTEN)

    assert world.look() == ({"work": [COMPLETED]}, {"late": [COMPLETED] * 40})


EXITS = {
    "in the flow": ("@flow\ndef work():\n    step()\n    sys.exit(3)\n", [COMPLETED]),
    "in a task": (
        "@task\ndef quit():\n    sys.exit(3)\n@flow\ndef work():\n    step()\n    quit()\n",
        [COMPLETED],
    ),
    "in a submitted task": (
        "@task\ndef quit():\n    sys.exit(3)\n@flow\ndef work():\n    step()\n    quit.submit().result()\n",
        [COMPLETED],
    ),
}


@pytest.mark.parametrize("where", EXITS)
def test_sys_exit(world: World, where: str) -> None:
    source, steps = EXITS[where]

    done = world.run(f"{HEAD}{source}\nwork()\n")

    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "exit call" in done.stderr
    flows, tasks = world.look()
    assert flows == {"work": ["Crashed"]}
    assert tasks["step"] == steps
    assert tasks.get("quit", ["Crashed"]) == ["Crashed"]


VANISHING = """
@task
def last():
    os._exit(7)

@flow
def work():
    step()
    last()

work()
"""


def test_a_process_that_vanishes(world: World) -> None:
    done = world.run(HEAD + VANISHING)

    assert done.returncode == 7
    flows, tasks = world.look()
    assert flows == {"work": ["Crashed"]}
    assert set(tasks.get("last", ["Crashed"])) == {"Crashed"}


OUTLIVED = """
@task
def hanging():
    threading.Event().wait()

@flow(timeout_seconds=0.3)
def work():
    hanging.submit().wait()

assert work(return_state=True).name == "TimedOut"
"""


def test_a_task_run_that_outlives_its_flow_run_crashes_with_the_process(world: World) -> None:
    world.succeed(HEAD + OUTLIVED)

    assert world.look() == ({"work": ["TimedOut"]}, {"hanging": ["Crashed"]})
