"""Flows that are bound to infrastructure, and bundles."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from prefect import flow
from prefect.bundles import convert_step_to_command, create_bundle_for_flow_run, extract_flow_from_bundle
from prefect.bundles._zip_extractor import ZipExtractor
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.flows import InfrastructureBoundFlow, bind_flow_to_infrastructure
from prefect.runner import Runner
from prefect.workers.process import ProcessWorker

PROGRAM = """
    import helper
    from prefect import flow
    from prefect.flows import bind_flow_to_infrastructure
    from prefect.workers.process import ProcessWorker

    @flow
    def double(x: int):
        if x < 0:
            raise ValueError("too small")
        return helper.twice(x), open("data.txt").read()

    if __name__ == "__main__":
        there = bind_flow_to_infrastructure(
            double,
            "local",
            ProcessWorker,
            job_variables={"env": {"PYTHONPATH": "."}},
            include_files=["data.txt"],
        )
        there = there.with_options(name="elsewhere")
        print("RESULT", there(4))
        print("STATE", there(-1, return_state=True).name)
        future = there.submit(5)
        print("LATER", future.result())
        try:
            there.submit_to_work_pool(1)
        except RuntimeError as error:
            print("REFUSED", error)
"""


@pytest.fixture
def pool() -> None:
    async def before() -> None:
        async with get_client() as client:
            template = ProcessWorker.get_default_base_job_template()
            wanted = WorkPoolCreate(name="local", type="process", base_job_template=template)
            await client.create_work_pool(wanted)

    asyncio.run(before())


def test_calls_are_jobs(place: Any, pool: None) -> None:
    (place.directory / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
    (place.directory / "data.txt").write_text("some data")
    path = place.write(
        PROGRAM.replace('"PYTHONPATH": "."', f'"PYTHONPATH": {str(place.directory)!r}'), "main.py"
    )
    done = subprocess.run(
        [sys.executable, str(path)],
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "RESULT (8, 'some data')" in done.stdout, done.stderr
    assert "STATE Failed" in done.stdout
    assert "LATER (10, 'some data')" in done.stdout
    assert "REFUSED Storage is not configured for work pool 'local'" in done.stdout
    runs = asyncio.run(place.call("flow_runs.filter", body={}))
    assert sorted(each["state_name"] for each in runs) == ["Completed", "Completed", "Failed"]


def test_a_bundle(place: Any) -> None:
    @flow
    def it(x: int = 1) -> int:
        return x

    made = bind_flow_to_infrastructure(it, "local", ProcessWorker, {"a": 1})
    assert isinstance(made, InfrastructureBoundFlow)

    async def work() -> Any:
        async with get_client() as client:
            run = await client.create_flow_run(it, parameters={"x": 3})
        return create_bundle_for_flow_run(made, run)["bundle"]

    bundle = asyncio.run(work())
    found = extract_flow_from_bundle(bundle)
    assert not isinstance(found, InfrastructureBoundFlow)
    assert found.fn(5) == 5
    assert bundle["flow_run"]["parameters"] == {"x": 3}
    assert "pydantic==" in bundle["dependencies"].lower()


def test_a_runner_executes_bundles(place: Any, tmp_path: Path) -> None:
    @flow
    def where(x: int) -> None:
        Path("found").write_text(f"{x} {os.environ['GIVEN']}")

    async def work() -> tuple[str, str]:
        async with get_client() as client, Runner("bundles") as runner:
            made = bind_flow_to_infrastructure(where, "local", ProcessWorker)
            run = await client.create_flow_run(where, parameters={"x": 3})
            bundle = create_bundle_for_flow_run(made, run)["bundle"]
            await runner.execute_bundle(bundle, cwd=tmp_path, env={"GIVEN": "y"})
            return (await client.read_flow_run(run.id)).state_name, (tmp_path / "found").read_text()

    assert asyncio.run(work()) == ("Completed", "3 y")


def test_commands_of_steps() -> None:
    step = {"some.module": {"bucket": "b", "launcher": ["python3"]}}
    assert convert_step_to_command(step, "k") == [
        "python3",
        "-m",
        "some.module",
        "--bucket",
        "b",
        "--key",
        "k",
    ]
    usual = convert_step_to_command({"some.module": {"requires": "boto3"}}, "k")
    assert usual[:3] == ["uv", "run", "--with"]
    assert usual[3].startswith("boto3,prefect==")


def test_archives_stay_inside(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../outside", "x")
    with pytest.raises(ValueError, match="outside"):
        ZipExtractor(tmp_path / "a.zip").extract(tmp_path / "here")
