"""Workers: jobs made from templates, and runs of pools in processes."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel, Field

from prefect._fleet.worker.configuration import expanded, merged
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import Flow, FlowRun
from prefect.variables import Variable
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult
from prefect.workers.process import ProcessWorker


class Job(BaseJobConfiguration):
    image: str = Field(json_schema_extra={"template": "{{ registry }}/{{ image }}"})
    cpus: int | None = None


class Variables(BaseVariables):
    image: str
    registry: str = "here"
    cpus: int | None = None


class Result(BaseWorkerResult):
    pass


class Recording(BaseWorker[Job, Variables, Result]):
    """A worker that only notes what it would do."""

    type = "recording"
    job_configuration = Job
    job_configuration_variables = Variables
    status = 0
    jobs: list[Job] = []

    async def run(self, flow_run: FlowRun, configuration: Job, task_status: Any = None) -> Result:
        self.jobs.append(configuration)
        task_status.started("job-1")
        return Result(identifier="job-1", status_code=self.status)


class Failing(Recording):
    type = "failing"

    async def run(self, flow_run: FlowRun, configuration: Job, task_status: Any = None) -> Result:
        raise RuntimeError("no machine is free")


class OutOfMemory(Recording):
    type = "out-of-memory"
    status = 137


def test_the_template_of_a_type() -> None:
    template = Recording.get_default_base_job_template()
    assert template["job_configuration"]["image"] == "{{ registry }}/{{ image }}"
    assert template["job_configuration"]["cpus"] == "{{ cpus }}"
    assert template["variables"]["required"] == ["image"]
    assert set(template["variables"]["properties"]) == {
        "name",
        "env",
        "labels",
        "command",
        "image",
        "registry",
        "cpus",
    }


class Volume(BaseModel):
    path: str = "/data"


class Mounting(BaseJobConfiguration):
    volume: Volume | None = None


class Mounts(BaseVariables):
    volume: Volume | None = None


def test_references_of_a_template_lead_somewhere() -> None:
    class Both(Recording):
        type = "mounting"
        job_configuration = Mounting
        job_configuration_variables = Mounts

    class Alone(Recording):
        type = "mounting-alone"
        job_configuration = Mounting
        job_configuration_variables = None

    for worker_class in (Both, Alone):
        schema = worker_class.get_default_base_job_template()["variables"]
        reference = schema["properties"]["volume"]["anyOf"][0]["$ref"]
        _, place, name = reference.split("/")
        assert schema[place][name]["properties"]["path"]["default"] == "/data"


def test_events_of_a_worker_say_who_takes_part() -> None:
    run = FlowRun(id=uuid4(), flow_id=uuid4(), name="brave-fox", tags=["nightly"])
    job = Job(image="x")
    job.prepare_for_flow_run(run, flow=Flow(id=run.flow_id, name="etl"))
    worker = Recording(work_pool_name="pool", name="Anna's")
    related = worker._event_related_resources(job, include_self=True)
    assert [(each.role, each.name) for each in related] == [
        ("flow", "etl"),
        ("flow-run", "brave-fox"),
        ("tag", None),
        ("worker", "Anna's"),
    ]
    assert worker._event_resource()["prefect.resource.id"] == "prefect.worker.recording.anna-s"


def test_workers_are_found_by_their_type() -> None:
    assert BaseWorker.get_worker_class_from_type("recording") is Recording
    assert BaseWorker.get_worker_class_from_type("process") is ProcessWorker
    assert BaseWorker.get_worker_class_from_type("unheard-of") is None


def test_values_go_before_defaults_and_environments_are_merged() -> None:
    template = Recording.get_default_base_job_template()
    template["job_configuration"]["env"] = {"A": "template", "B": "template"}
    template["variables"]["properties"]["env"]["default"] = {"B": "default", "C": "default"}
    values = {"image": "x:1", "cpus": 2, "env": {"C": "given"}}
    made = asyncio.run(Job.from_template_and_values(template, values))
    assert (made.image, made.cpus) == ("here/x:1", 2)
    assert made.env == {"A": "template", "B": "default", "C": "given"}


def test_variables_of_the_server_are_filled_in() -> None:
    Variable.set("tag", "nightly")
    template = Recording.get_default_base_job_template()
    values = {"image": "x:{{ prefect.variables.tag }}"}
    assert asyncio.run(Job.from_template_and_values(template, values)).image == "here/x:nightly"


def test_names_with_dots_go_down() -> None:
    assert expanded({"env.A": "1", "env": {"B": "2"}}) == {"env": {"A": "1", "B": "2"}}
    assert expanded({"env.A": "1", "env": {"A": "2"}}) == {"env": {"A": "2"}}
    assert merged({"env": {"A": "1", "B": "1"}, "x": 1}, {"env.B": "2", "x": 2}) == {
        "env": {"A": "1", "B": "2"},
        "x": 2,
    }


def test_a_job_says_which_run_it_is() -> None:
    made = Job(image="x", name="run of {{ ctx.flow.name }}")
    run = FlowRun(id=uuid4(), flow_id=uuid4(), name="brave-fox")
    made.prepare_for_flow_run(run, flow=Flow(id=run.flow_id, name="etl"), worker_name="w")
    assert made.name == "run of etl"
    assert made.command == "prefect flow-run execute"
    assert made.env["PREFECT__FLOW_RUN_ID"] == str(run.id)
    assert made.labels["prefect.io/flow-name"] == "etl"


async def _pool_run(place: Any, worker_class: Any, **variables: Any) -> Any:
    async with get_client() as client:
        template = worker_class.get_default_base_job_template()
        await client.create_work_pool(
            WorkPoolCreate(name="pool", type=worker_class.type, base_job_template=template)
        )
    deployment = await place.deploy("it", work_pool_name="pool", job_variables=variables)
    run_id = await place.start(deployment)
    await worker_class(work_pool_name="pool").start(run_once=True, printer=lambda _: None)
    return await place.read(run_id)


def test_a_job_is_started_and_noted(place: Any) -> None:
    Recording.jobs.clear()
    run = asyncio.run(_pool_run(place, Recording, image="x:1"))
    assert run["state_type"] == "PENDING"
    assert [job.image for job in Recording.jobs] == ["here/x:1"]
    assert Recording.jobs[0].env["PREFECT__FLOW_RUN_ATTEMPT"] == "1"


@pytest.mark.parametrize(
    ("worker_class", "why"), [(Failing, "RuntimeError: no machine is free"), (OutOfMemory, "memory")]
)
def test_a_job_that_fails_crashes_its_run(place: Any, worker_class: Any, why: str) -> None:
    run = asyncio.run(_pool_run(place, worker_class, image="x:1"))
    assert run["state_type"] == "CRASHED"
    assert why in run["state"]["message"]


def test_a_process_worker_runs_with_the_variables_of_the_job(place: Any) -> None:
    place.write(
        """
        import os
        from prefect import flow
        @flow
        def it():
            open("seen", "w").write(os.environ["CITY"] + " " + os.environ.get("PYTHONHASHSEED", "-"))
        """
    )

    async def work() -> None:
        async with get_client() as client:
            template = ProcessWorker.get_default_base_job_template()
            await client.create_work_pool(
                WorkPoolCreate(name="pool", type="process", base_job_template=template)
            )
        directory = str(place.directory)
        deployment = await place.deploy("it", work_pool_name="pool", path=directory)
        for env in ({"CITY": "Ulm"}, {"CITY": "Bonn", "PYTHONHASHSEED": "7"}):
            run_id = await place.start(deployment, job_variables={"env": env})
            await ProcessWorker(work_pool_name="pool").start(run_once=True, printer=lambda _: None)
            run = await place.read(run_id)
            assert run["state_type"] == "COMPLETED", run["state"]
            expected = f"{env['CITY']} {env.get('PYTHONHASHSEED', '-')}"
            assert (place.directory / "seen").read_text() == expected

    asyncio.run(work())
