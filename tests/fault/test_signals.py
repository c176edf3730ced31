"""Signals that end a process: a short sample of the campaign, and the forms that flows take."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import World


def test_six_signals(program: Callable[[str], ModuleType], tmp_path: Path) -> None:
    signals = program("signals")

    results = signals.campaign(6, seed=3, folder=tmp_path)

    assert [each.wrong for each in results] == [[]] * 6
    assert sum(each.moment == "in the flow" for each in results) >= 3


def sent_when_ready(world: World, source: str, sent: int) -> subprocess.CompletedProcess[str]:
    """Run `source`, send the signal when it prints a line, and wait for its end."""
    process = world.start(source)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(sent)
    out, err = process.communicate(timeout=30)
    return subprocess.CompletedProcess(source, process.returncode, out, err)


BLOCKED_IN_THREADS = """
import threading
from prefect import flow, task

submitted = threading.Event()

@task
def stuck():
    submitted.wait()
    print("ready", flush=True)
    threading.Event().wait()

@task
def waiting():
    pass

@flow
def busy():
    future = stuck.submit()
    waiting.submit(wait_for=[future])
    submitted.set()
    future.result()

busy()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_tasks_that_hang_in_threads_hold_nobody_up(world: World, sent: signal.Signals) -> None:
    ended = sent_when_ready(world, BLOCKED_IN_THREADS, sent)

    assert ended.returncode == -sent
    assert ended.stderr.count("Traceback") == (sent is signal.SIGINT)
    flows, tasks = world.look()
    assert flows == {"busy": ["Crashed"]}
    assert tasks["stuck"] == ["Crashed"]
    assert tasks["waiting"] in (["Crashed"], ["Cancelled"])


BLOCKED_IN_A_LOOP = """
import asyncio
from prefect import flow, task

@task
async def stuck():
    print("ready", flush=True)
    await asyncio.Event().wait()

@flow
def busy():
    stuck.submit().result()

busy()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_submitted_coroutines_are_cancelled_and_tell_their_end(world: World, sent: signal.Signals) -> None:
    ended = sent_when_ready(world, BLOCKED_IN_A_LOOP, sent)

    assert ended.returncode == -sent
    assert "destroyed" not in ended.stderr
    assert "Task run" in ended.stderr
    assert world.look() == ({"busy": ["Crashed"]}, {"stuck": ["Crashed"]})


TWO_AT_ONCE = """
import asyncio
from prefect import flow

@flow
async def first():
    await asyncio.Event().wait()

@flow
async def second():
    print("ready", flush=True)
    await asyncio.Event().wait()

async def both():
    await asyncio.gather(first(), second())

asyncio.run(both())
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_async_flows_side_by_side_all_tell_their_end(world: World, sent: signal.Signals) -> None:
    ended = sent_when_ready(world, TWO_AT_ONCE, sent)

    assert ended.returncode == -sent
    assert "aborted" in ended.stderr or "cancelled" in ended.stderr
    flows, _ = world.look()
    assert flows == {"first": ["Crashed"], "second": ["Crashed"]}


NESTED = """
import time
from prefect import flow

@flow
def inner():
    print("ready", flush=True)
    time.sleep(60)

@flow
def outer():
    inner()

outer()
"""


def test_sigterm_crashes_subflow_and_parent(world: World) -> None:
    ended = sent_when_ready(world, NESTED, signal.SIGTERM)

    assert ended.returncode == -signal.SIGTERM
    flows, tasks = world.look()
    assert flows == {"inner": ["Crashed"], "outer": ["Crashed"]}
    assert tasks == {"inner": ["Crashed"]}


IGNORED = """
import os, signal
from prefect import flow

signal.signal(signal.SIGTERM, signal.SIG_IGN)

@flow
def shielded():
    os.kill(os.getpid(), signal.SIGTERM)
    return 1

assert shielded() == 1
assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
"""


def test_a_program_that_ignores_sigterm_goes_on_doing_so(world: World) -> None:
    world.succeed(IGNORED)

    assert world.look()[0] == {"shielded": ["Completed"]}


AFTER_THE_END = """
import os, signal
from prefect import flow

def strike(flow, run, state):
    os.kill(os.getpid(), signal.SIGINT)

@flow(on_completion=[strike])
def struck():
    return 1

struck()
"""


def test_an_interrupt_after_the_end_leaves_the_run_completed(world: World) -> None:
    ended = world.run(AFTER_THE_END)

    assert ended.returncode == -signal.SIGINT
    assert world.look()[0] == {"struck": ["Completed"]}
