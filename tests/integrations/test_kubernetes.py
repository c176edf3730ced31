"""The released `prefect-kubernetes`, unmodified, on this server and its base of workers.

Left out where the package is not installed, unless `PREFECT_TEST_REQUIRE` names ``kubernetes``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.api.conftest import running
from tests.fleet.conftest import Place
from tests.integrations.cluster import Cluster, cluster

from prefect import settings
from prefect._link import choose
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

pytestmark = pytest.mark.timeout(120)

WITHIN_S = 60
IMAGE = "local/flows:1"
CODE = """
    import os
    import threading

    from prefect import flow

    @flow
    def add(x: int, y: int) -> int:
        open("seen", "w").write(f"{x + y} {os.environ['STAGE']}")
        return x + y

    @flow
    def stay() -> None:
        open("begun", "w").write("yes")
        threading.Event().wait()
"""


@pytest.fixture
def kube(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path, {IMAGE}) as (found, config):
        monkeypatch.setenv("KUBECONFIG", str(config))
        yield found


@pytest.fixture
def place(kube: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A folder with flows, and a server with the pool ``cluster``."""
    from prefect_kubernetes.worker import KubernetesWorker

    del kube
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS", "2")
    settings.refresh()
    with running(keeps=True) as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        settings.refresh()
        found = Place(tmp_path)
        found.write(CODE)
        template = KubernetesWorker.get_default_base_job_template()
        # a cluster waits for an image for ever, unless a job says how long it may
        template["job_configuration"]["job_manifest"]["spec"]["activeDeadlineSeconds"] = 1
        with get_client(sync_client=True) as client:
            client.create_work_pool(
                WorkPoolCreate(name="cluster", type="kubernetes", base_job_template=template)
            )
        yield found
        choose.reset()
    settings.refresh()


@contextlib.asynccontextmanager
async def worker() -> AsyncGenerator[None]:
    """The command that starts a worker of the pool, while the body runs."""
    words = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "cluster"]
    started = await asyncio.create_subprocess_exec(
        *words, env=os.environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert started.stdout is not None
    async with asyncio.timeout(WITHIN_S):
        said = await started.stdout.readuntil(b"started!")
    reading = asyncio.create_task(started.stdout.read())
    try:
        yield
    finally:
        started.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WITHIN_S):
            print((said + await reading).decode())
            await started.wait()
    assert started.returncode == 0


async def _started(place: Place, name: str, *, image: str = IMAGE, **more: Any) -> str:
    variables = {"image": image, "pod_watch_timeout_seconds": 2, "env": {"STAGE": "test"}, **more}
    deployment = await place.deploy(name, name, work_pool_name="cluster", job_variables=variables)
    parameters = {"x": 1, "y": 2} if name == "add" else {}
    return await place.start(deployment, parameters=parameters)


def test_a_job_runs_the_flow(place: Place, kube: Cluster) -> None:
    async def work() -> dict[str, Any]:
        async with worker():
            return dict(await place.until(await _started(place, "add")))

    run = asyncio.run(work())
    assert run["state_name"] == "Completed"
    assert (place.directory / "seen").read_text() == "3 test"
    [job] = kube.listed("jobs", "default", {})
    assert job["metadata"]["labels"]["prefect.io/flow-run-id"] == run["id"]
    assert run["infrastructure_pid"].endswith(f"default:{job['metadata']['name']}")
    assert kube.unserved == []


def test_an_image_that_cannot_be_pulled_crashes_the_run_with_the_reason(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a minute after the cluster has given the job up; what it waits for is told in the log at once."""
    monkeypatch.setattr("tests.fleet.conftest.WITHIN_S", WITHIN_S)

    async def work() -> tuple[dict[str, Any], list[str]]:
        async with worker():
            run_id = await _started(place, "add", image="nowhere/nothing:1")
            run = dict(await place.until(run_id))
        logs = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[UUID(run_id)]))
        async with get_client() as client:
            return run, [log.message for log in await client.read_logs(logs)]

    run, lines = asyncio.run(work())
    assert run["state_name"] == "Crashed"
    assert run["state"]["message"]
    assert any("ImagePullBackOff" in line and "nowhere/nothing:1" in line for line in lines)


@pytest.mark.parametrize("command", [None, "sleep 1000"])
def test_a_cancelled_run_leaves_no_job_behind(place: Place, kube: Cluster, command: str | None) -> None:
    """With a command that does not know of runs the worker has to delete the job."""

    async def work() -> dict[str, Any]:
        more = {"command": command} if command else {}
        async with worker():
            run_id = await _started(place, "stay", **more)
            begun = "RUNNING" if command is None else "PENDING"
            await place.until(
                run_id, lambda run: run["state_type"] == begun and bool(run["infrastructure_pid"])
            )
            await place.cancel(run_id)
            await asyncio.to_thread(_until_idle, kube)
            return dict(await place.until(run_id))

    assert asyncio.run(work())["state_name"] == "Cancelled"
    jobs = kube.listed("jobs", "default", {})
    assert [job for job in jobs if command] == []


def _until_idle(kube: Cluster) -> None:
    """Wait until no pod runs."""

    def is_idle() -> bool:
        pods = kube.listed("pods", "default", {})
        return all(pod["status"]["phase"] not in ("Pending", "Running") for pod in pods)

    with kube.changed:
        assert kube.changed.wait_for(is_idle, WITHIN_S)
