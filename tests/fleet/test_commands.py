"""The commands of the fleet, and programs that serve, as processes of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.workers.process import ProcessWorker

IT = """
    from prefect import flow
    @flow
    def it(x: int = 1):
        open("seen", "w").write(str(x))
    if __name__ == "__main__":
        it.serve("served", interval="PT1H")
"""
WITHIN_S = 60


def _prefect(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prefect", *words],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


def test_worker_start_runs_what_is_due(place: Any) -> None:
    place.write(IT)

    async def before() -> str:
        async with get_client() as client:
            template = ProcessWorker.get_default_base_job_template()
            await client.create_work_pool(
                WorkPoolCreate(name="pool", type="process", base_job_template=template)
            )
        deployment = await place.deploy("it", work_pool_name="pool", path=str(place.directory))
        return await place.start(deployment, parameters={"x": 7})

    run_id = asyncio.run(before())
    done = _prefect("worker", "start", "--pool", "pool", "--run-once", "--name", "w")
    assert done.returncode == 0, done.stderr
    assert "Worker 'w' started!" in done.stdout
    assert "Worker 'w' stopped!" in done.stdout
    assert asyncio.run(place.read(run_id))["state_name"] == "Completed"
    assert (place.directory / "seen").read_text() == "7"


def test_worker_start_creates_a_missing_pool_of_processes(place: Any) -> None:
    done = _prefect("worker", "start", "--run-once")
    assert done.returncode == 0, done.stderr
    pool = asyncio.run(place.call("work_pools.read", name="default-agent-pool"))
    assert pool["type"] == "process"


def test_worker_start_refuses_types_that_are_not_installed(place: Any) -> None:
    done = _prefect("worker", "start", "--pool", "p", "--type", "ecs", "--install-policy", "never")
    assert done.returncode == 1
    assert "prefect-aws" in done.stdout


def test_flow_run_execute(place: Any) -> None:
    place.write(IT)

    async def before() -> str:
        return await place.start(await place.deploy("it"), parameters={"x": 3})

    run_id = asyncio.run(before())
    done = _prefect("flow-run", "execute", PREFECT__FLOW_RUN_ID=run_id)
    assert done.returncode == 0, done.stderr
    assert asyncio.run(place.read(run_id))["state_name"] == "Completed"


def test_flow_run_execute_asks_for_an_id() -> None:
    done = _prefect("flow-run", "execute")
    assert done.returncode == 1
    assert "PREFECT__FLOW_RUN_ID" in done.stdout


def test_a_served_program_runs_its_runs_and_pauses_its_schedule_at_the_end(place: Any) -> None:
    path = place.write(IT)
    with subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            assert "is being served" in program.stdout.readline()

            async def work() -> Any:
                names = {"flow_name": "it", "deployment_name": "served"}
                deployment = await place.call("deployments.read_by_name", **names)
                run = await place.until(await place.start(deployment["id"], parameters={"x": 5}))
                return deployment, run

            deployment, run = asyncio.run(work())
            assert run["state_name"] == "Completed"
            assert not deployment["paused"]
            assert deployment["entrypoint"] == "flows.py:it"
        finally:
            program.send_signal(signal.SIGINT)
        assert program.wait(WITHIN_S) == 0
    names = {"flow_name": "it", "deployment_name": "served"}
    assert asyncio.run(place.call("deployments.read_by_name", **names))["paused"]
    assert (place.directory / "seen").read_text() == "5"


def test_a_worker_tells_of_its_health(place: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {"PREFECT_WORKER_WEBSERVER_HOST": "127.0.0.1", "PREFECT_WORKER_WEBSERVER_PORT": str(port)}
    words = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "p", "--with-healthcheck"]
    with subprocess.Popen(words, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert any("started!" in line for line in worker.stdout)
            assert _health(port) == (200, '{"message":"OK"}')
        finally:
            worker.send_signal(signal.SIGINT)
        worker.communicate(timeout=WITHIN_S)
    assert worker.returncode == 0


def _health(port: int) -> tuple[int, str]:
    """What is answered as soon as somebody does."""
    until_s = time.monotonic() + WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except OSError:
            assert time.monotonic() < until_s, "nobody answers"
            threading.Event().wait(0.02)
