"""The released `prefect-docker`, unmodified, on this server and its base of workers, with a real engine.

Left out where there is no engine or no package, unless `PREFECT_TEST_REQUIRE` names ``docker``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.conftest import running
from tests.fleet.conftest import Place
from tests.integrations import engine

from prefect import settings
from prefect._link import choose
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.docker import DockerImage
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.dockerutils import get_prefect_image_name

pytestmark = pytest.mark.timeout(120)

WITHIN_S = 60
# the first process of a container gets no signal that it has not asked for
ENDS_WHEN_TOLD = "python -c 'import signal; signal.pthread_sigmask(0, [15]); signal.sigwait([15])'"
LOCAL = {"network_mode": "host", "image_pull_policy": "Never"}
CODE = """
    import os
    import pathlib
    import threading

    from prefect import flow, get_run_logger

    @flow
    def add(x: int, y: int) -> int:
        get_run_logger().info("in process %d of a container: %s", os.getpid(), x + y)
        print("printed")
        assert pathlib.Path("/.dockerenv").exists()
        return x + y

    @flow
    def stay() -> None:
        threading.Event().wait()
"""


@pytest.fixture(scope="module")
def docker_engine() -> Iterator[Any]:
    """A client of an engine whose only image is that of this environment, under its published name."""
    docker: Any = pytest.importorskip("docker")
    with engine.engine() as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", address)
        client = docker.DockerClient.from_env()
        try:
            engine.import_image(client, get_prefect_image_name())
            yield client
            for container in client.containers.list(all=True):
                container.remove(force=True)
        finally:
            client.close()


@pytest.fixture
def place(docker_engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A folder with flows, and a server with the pool ``containers``."""
    from prefect_docker.worker import DockerWorker

    del docker_engine
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS", "2")
    settings.refresh()
    with running(keeps=True) as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        settings.refresh()
        found = Place(tmp_path)
        found.write(CODE)
        with get_client(sync_client=True) as client:
            template = DockerWorker.get_default_base_job_template()
            client.create_work_pool(
                WorkPoolCreate(name="containers", type="docker", base_job_template=template)
            )
        yield found
        choose.reset()
    settings.refresh()


@contextlib.asynccontextmanager
async def worker() -> AsyncGenerator[None]:
    """The command that starts a worker of the pool, while the body runs."""
    words = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "containers"]
    started = await asyncio.create_subprocess_exec(
        *words, env=os.environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert started.stdout is not None
    try:
        async with asyncio.timeout(WITHIN_S):
            said = await started.stdout.readuntil(b"started!")
        reading = asyncio.create_task(started.stdout.read())
        yield
    finally:
        started.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WITHIN_S):
            rest = await reading
            await started.wait()
        print((said + rest).decode())
    assert started.returncode == 0


def _containers(client: Any, run_id: str) -> list[Any]:
    return client.containers.list(all=True, filters={"label": f"io.prefect.flow-run-id={run_id}"})


async def _deployed(name: str, image: str | DockerImage, **options: Any) -> str:
    """Deploy a flow of ``flows.py`` to the pool, and ask for a run."""
    flow = load_flow_from_entrypoint(f"flows.py:{name}")
    id_ = await flow.adeploy(
        name, work_pool_name="containers", image=image, push=False, print_next_steps=False, **options
    )
    return str(id_)


def test_a_built_image_runs_in_a_container(place: Place, docker_engine: Any) -> None:
    image = DockerImage("local/flows", f"t{uuid.uuid4().hex[:8]}", pull=False)

    async def work() -> dict[str, Any]:
        deployment = await _deployed("add", image, job_variables=LOCAL)
        async with worker():
            run_id = await place.start(deployment, parameters={"x": 1, "y": 2})
            run = dict(await place.until(run_id))
        logs = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[uuid.UUID(run_id)]))
        async with get_client() as client:
            run["logs"] = [log.message for log in await client.read_logs(logs)]
        return run

    run = asyncio.run(work())
    assert docker_engine.images.get(image.reference).attrs["Config"]["WorkingDir"].startswith("/opt/prefect")
    assert run["state_name"] == "Completed"
    assert any(line.startswith("in process ") and line.endswith("a container: 3") for line in run["logs"])
    [container] = _containers(docker_engine, run["id"])
    assert run["infrastructure_pid"].endswith(container.id)
    assert container.wait()["StatusCode"] == 0


@pytest.mark.parametrize("command", [None, ENDS_WHEN_TOLD])
def test_a_cancelled_run_leaves_no_container_behind(
    place: Place, docker_engine: Any, command: str | None
) -> None:
    """With a command that does not know of runs the worker has to end the container."""

    async def work() -> tuple[Any, dict[str, Any]]:
        image = DockerImage("local/flows", "stay", pull=False)
        variables = {**LOCAL, **({"command": command} if command else {})}
        deployment = await _deployed("stay", image, job_variables=variables)
        async with worker():
            run_id = await place.start(deployment)
            begun = "RUNNING" if command is None else "PENDING"
            await place.until(
                run_id, lambda run: run["state_type"] == begun and bool(run["infrastructure_pid"])
            )
            [container] = _containers(docker_engine, run_id)
            await place.cancel(run_id)
            ended = await asyncio.to_thread(container.wait, timeout=WITHIN_S)
            return ended, dict(await place.until(run_id))

    ended, run = asyncio.run(work())
    assert "StatusCode" in ended
    assert run["state_name"] == "Cancelled"


def test_an_image_that_is_not_there_crashes_the_run_with_the_reason(place: Place) -> None:
    async def work() -> dict[str, Any]:
        deployment = await _deployed("add", "nowhere/nothing:1", build=False, job_variables=LOCAL)
        async with worker():
            return dict(await place.until(await place.start(deployment, parameters={"x": 1, "y": 2})))

    run = asyncio.run(work())
    assert run["state_name"] == "Crashed"
    assert "nowhere/nothing:1" in run["state"]["message"]


def test_a_step_of_the_file_builds_the_image(place: Place, docker_engine: Any) -> None:
    place.write(
        """
        build:
          - prefect_docker.deployments.steps.build_docker_image:
              id: built
              requires: prefect-docker
              image_name: local/by-step
              tag: one
              dockerfile: Dockerfile
              pull: false
        deployments:
          - name: stepped
            entrypoint: flows.py:add
            parameters: {x: 4, y: 5}
            work_pool:
              name: containers
              job_variables:
                image: "{{ built.image }}"
                network_mode: host
                image_pull_policy: Never
            pull:
              - prefect.deployments.steps.set_working_directory:
                  directory: /opt/prefect/stepped
        """,
        "prefect.yaml",
    )
    lines = [f"FROM {get_prefect_image_name()}", "COPY flows.py /opt/prefect/stepped/"]
    (place.directory / "Dockerfile").write_text("\n".join(lines) + "\n")
    words = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "local/by-step:one" in docker_engine.images.get("local/by-step:one").tags

    async def work() -> str:
        deployment = await place.call("deployments.read_by_name", flow_name="add", deployment_name="stepped")
        async with worker():
            return (await place.until(await place.start(deployment["id"])))["state_name"]

    assert asyncio.run(work()) == "Completed"
