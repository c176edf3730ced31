"""`flow.deploy` and `deploy`: to pools, with and without images."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from prefect import deploy
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import DeploymentApplyError
from prefect.docker import DockerImage
from prefect.events import DeploymentEventTrigger
from prefect.flows import Flow
from prefect.workers.process import ProcessWorker

CODE = """
    from prefect import flow
    @flow
    def it(x: int = 1):
        return x
    @flow
    def other():
        pass
"""
CONTAINERS = {
    "job_configuration": {"image": "{{ image }}", "env": "{{ env }}"},
    "variables": {
        "type": "object",
        "properties": {"image": {"type": "string"}, "env": {"type": "object"}, "cpu": {"type": "integer"}},
    },
}


@pytest.fixture
def module(place: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    place.write(CODE, "its_flows.py")
    monkeypatch.syspath_prepend(str(place.directory))
    monkeypatch.delitem(sys.modules, "its_flows", raising=False)
    return __import__("its_flows")


async def _pools() -> None:
    async with get_client() as client:
        template = ProcessWorker.get_default_base_job_template()
        await client.create_work_pool(
            WorkPoolCreate(name="local", type="process", base_job_template=template)
        )
        await client.create_work_pool(WorkPoolCreate(name="boxes", type="box", base_job_template=CONTAINERS))


@pytest.fixture
def pools() -> None:
    asyncio.run(_pools())


def _read(place: Any, id_: Any) -> Any:
    return asyncio.run(place.call("deployments.read", id=str(id_)))


def test_an_image_that_exists(
    module: Any, place: Any, pools: None, capsys: pytest.CaptureFixture[str]
) -> None:
    made = module.it.deploy(
        "d",
        work_pool_name="boxes",
        image="org/etl:1",
        build=False,
        job_variables={"env": {"A": "1"}},
        cron="0 2 * * *",
        timezone="Asia/Kolkata",
    )
    found = _read(place, made)
    assert found["job_variables"] == {"env": {"A": "1"}, "image": "org/etl:1"}
    assert found["schedules"][0]["schedule"]["timezone"] == "Asia/Kolkata"
    assert found["work_pool_name"] == "boxes"
    told = capsys.readouterr().out
    assert "prefect worker start --pool 'boxes'" in told
    assert "prefect deployment run 'it/d'" in told


def test_what_changes_is_told_and_what_was_changed_by_hand_stays(
    module: Any, place: Any, pools: None, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"work_pool_name": "boxes", "image": "org/etl:1", "build": False, "print_next_steps": False}
    made = module.it.deploy("d", tags=["a"], **options)
    asyncio.run(place.call("deployments.update", id=str(made), body={"tags": ["b"]}))
    capsys.readouterr()
    assert module.it.deploy("d", tags=["a"], description="Loads.", **options) == made
    told = capsys.readouterr().out
    assert "~ description" in told
    assert "= tags" in told
    assert _read(place, made)["tags"] == ["b"]


def test_code_in_a_directory_for_workers_of_this_machine(module: Any, place: Any, pools: None) -> None:
    flow = Flow.from_source(str(place.directory), "its_flows.py:it")
    made = flow.deploy("d", work_pool_name="local", parameters={"x": 5}, print_next_steps=False)
    found = _read(place, made)
    step = {"prefect.deployments.steps.set_working_directory": {"directory": str(place.directory)}}
    assert found["pull_steps"] == [step]
    assert found["entrypoint"] == "its_flows.py:it"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "work pool name must be provided"),
        ({"work_pool_name": "none", "image": "a"}, "prefect work-pool create none"),
        ({"work_pool_name": "local"}, "image or remote storage"),
        ({"work_pool_name": "local", "image": "a"}, "variable `image`"),
    ],
)
def test_refusals(module: Any, pools: None, options: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        module.it.deploy("d", build=False, **options)


def test_without_docker(module: Any, pools: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    with pytest.raises(RuntimeError, match="build=False"):
        module.it.deploy("d", work_pool_name="boxes", image="org/etl:1")


def test_several(module: Any, place: Any, pools: None, capsys: pytest.CaptureFixture[str]) -> None:
    bad = module.it.to_deployment("bad", job_variables={"cpu": "many"})
    with pytest.raises(DeploymentApplyError, match="cpu"):
        deploy(bad, work_pool_name="boxes", image="a:1", build=False)
    capsys.readouterr()
    good = module.other.to_deployment("good")
    ids = deploy(bad, good, work_pool_name="boxes", image="a:1", build=False)
    assert len(ids) == 1
    told = capsys.readouterr().out
    assert "it/bad" in told
    assert "failed" in told
    assert "other/good" in told


def test_triggers_become_automations_of_the_deployment(module: Any, place: Any, pools: None) -> None:
    trigger = DeploymentEventTrigger(expect={"it.happened"}, name="when it happens")
    options = {"work_pool_name": "boxes", "image": "a:1", "build": False, "print_next_steps": False}
    made = module.it.deploy("d", triggers=[trigger], **options)
    (found,) = asyncio.run(place.call("automations.filter", body={}))
    assert found["name"] == "when it happens"
    module.it.deploy("d", triggers=[trigger], **options)
    (again,) = asyncio.run(place.call("automations.filter", body={}))
    assert again["actions"][0]["deployment_id"] == str(made)


def test_images(monkeypatch: pytest.MonkeyPatch) -> None:
    assert DockerImage("org/etl", "v1").reference == "org/etl:v1"
    assert DockerImage("registry.example:5000/etl:v2").reference == "registry.example:5000/etl:v2"
    with pytest.raises(ValueError, match="tag already"):
        DockerImage("etl:1", tag="2")
    monkeypatch.setenv("PREFECT_DEFAULT_DOCKER_BUILD_NAMESPACE", "org")
    from prefect.settings import current

    current.forget()
    assert DockerImage("etl", "1").name == "org/etl"
