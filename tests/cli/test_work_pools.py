"""``prefect work-pool`` and ``prefect work-queue`` on the embedded store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect._base import clock
from prefect._cli import client, render
from prefect._link import choose

Run = Callable[..., Any]
SECOND_US = 1_000_000


@pytest.fixture(autouse=True)
def store(home: Any) -> Iterator[None]:
    choose.reset()
    yield
    choose.reset()


@pytest.fixture
def pool(prefect: Run) -> str:
    assert prefect("work-pool", "create", "p", "--type", "process").code == 0
    return "p"


def _scheduled(pool: str, in_us: int) -> str:
    """A run of a deployment of the pool that is due then; its name."""
    flow = client.call("flows.create", body={"name": "f"})
    body = client.checked(
        "deployments.create", {"name": "d", "flow_id": flow["id"], "work_pool_name": pool, "paused": False}
    )
    deployment = client.call("deployments.create", body=body)
    due = clock.to_iso(clock.system.now_us() + in_us)
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
    run = client.checked("deployments.create_flow_run", {"state": state})
    return client.call("deployments.create_flow_run", id=deployment["id"], body=run)["name"]


@pytest.mark.parametrize(
    ("type", "package", "variable"),
    [("docker", "prefect-docker", "networks"), ("kubernetes", "prefect-kubernetes", "namespace")],
)
def test_a_pool_whose_workers_are_elsewhere(prefect: Run, type: str, package: str, variable: str) -> None:
    made = prefect("work-pool", "create", "p", "--type", type)
    assert made.code == 0, made.out
    assert package in made.out
    template = prefect("work-pool", "inspect", "p", "-o", "json").json["base_job_template"]
    assert {variable, "image", "env"} <= set(template["variables"]["properties"])
    assert set(template["variables"]["properties"]) == {
        word for word in template["variables"]["properties"] if f"{{{{ {word} }}}}" in json.dumps(template)
    }


def test_a_pool_whose_template_only_a_worker_knows(prefect: Run) -> None:
    made = prefect("work-pool", "create", "p", "--type", "ecs")
    assert made.code == 0, made.out
    assert "prefect-aws" in made.out
    assert "fills in the template" in made.out
    assert prefect("work-pool", "inspect", "p", "-o", "json").json["base_job_template"] == {}


def test_the_life_of_a_pool(prefect: Run, tmp_path: Path) -> None:
    assert prefect("work-pool", "ls").out == "No work pools found.\n"
    made = prefect("work-pool", "create", "p", "--type", "process", "--paused", "--set-as-default")
    assert (made.code, "Created work pool 'p'!" in made.out) == (0, True)
    assert "prefect worker start --pool 'p'" in made.out
    assert "DEPLOYMENTS_DEFAULT_WORK_POOL_NAME='p'" in prefect("config", "view").out
    again = prefect("work-pool", "create", "p", "--type", "process")
    assert (again.code, "already exists" in again.out) == (1, True)
    assert "p (**)" in prefect("work-pools", "ls").out
    assert prefect("work-pool", "create", "p", "--type", "process", "--overwrite").code == 0
    assert prefect("work-pool", "pause", "p").code == 0
    assert prefect("work-pool", "inspect", "p", "-o", "json").json["is_paused"] is True
    assert prefect("work-pool", "resume", "p").code == 0
    assert prefect("work-pool", "set-concurrency-limit", "p", "3").code == 0
    assert prefect("work-pool", "update", "p", "--description", "all of it").code == 0
    found = prefect("work-pool", "inspect", "p", "-o", "json").json
    assert (found["concurrency_limit"], found["description"], found["is_paused"]) == (3, "all of it", False)
    assert prefect("work-pool", "clear-concurrency-limit", "p").code == 0
    (listed,) = prefect("work-pool", "ls", "-o", "json").json
    assert (listed["name"], listed["type"], listed["concurrency_limit"]) == ("p", "process", None)
    assert "job_configuration" in prefect("work-pool", "ls", "--verbose").out
    assert "job_configuration" in prefect("work-pool", "inspect", "p").out
    assert "0 taken, no limit" in prefect("work-pool", "slots", "p").out
    assert prefect("work-pool", "slots", "p", "-o", "json").json["active_slots"] == 0
    assert prefect("work-pool", "delete", "p").code == 0
    assert prefect("work-pool", "ls", "-o", "json").json == []


def test_templates(prefect: Run, tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    template = prefect("work-pool", "get-default-base-job-template", "--type", "process").json
    words = ("work-pool", "get-default-base-job-template", "--type", "process", "--file", str(file))
    assert prefect(*words).code == 0
    assert json.loads(file.read_text()) == template
    del template["variables"]["properties"]["working_dir"]
    del template["job_configuration"]["working_dir"]
    file.write_text(json.dumps(template))
    words = ("create", "p", "--type", "process", "--base-job-template", str(file))
    assert prefect("work-pool", *words).code == 0
    found = prefect("work-pool", "inspect", "p", "-o", "json").json
    assert found["base_job_template"] == template
    file.write_text('{"job_configuration": {"x": "{{ nowhere }}"}, "variables": {}}')
    refused = prefect("work-pool", "update", "p", "--base-job-template", str(file))
    assert (refused.code, "nowhere" in refused.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["create", "p"], 1, "--type "),
        (["create", "p", "--type", "nope"], 1, "Choose from "),
        (["create", "p", "--type", "process", "--base-job-template", "nowhere.json"], 1, "cannot be read"),
        (["create", "p", "--type", "process", "--provision-infra"], 1, "not set up by this command"),
        (["create", "prefect-x", "--type", "process"], 1, "reserved"),
        (["create"], 2, ""),
        (["inspect", "nope"], 1, "not found"),
        (["slots", "nope"], 1, "not found"),
        (["pause", "nope"], 1, "not found"),
        (["update", "nope"], 1, "Nothing to change"),
        (["update", "nope", "--concurrency-limit", "1"], 1, "not found"),
        (["set-concurrency-limit", "nope", "x"], 2, ""),
        (["set-concurrency-limit", "nope", "-1"], 1, "Invalid concurrency_limit"),
        (["delete", "nope"], 1, "not found"),
        (["preview", "nope"], 1, "not found"),
        (["preview"], 1, "which work pool"),
        (["get-default-base-job-template"], 1, "--type "),
        (["get-default-base-job-template", "--type", "nope"], 1, "Choose from "),
        (["provision-infra", "nope"], 1, "not found"),
        (["storage", "inspect", "nope"], 1, "not found"),
        (["ls", "-o", "yaml"], 1, "json"),
    ],
)
def test_what_is_refused(words: list[str], code: int, said: str, prefect: Run) -> None:
    outcome = prefect("work-pool", *words)
    assert outcome.code == code
    assert said in outcome.out


def test_no_type_without_asking(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "")
    assert prefect("--prompt", "work-pool", "create", "p").code == 0
    assert prefect("work-pool", "inspect", "p", "-o", "json").json["type"] == "process"


def test_runs_to_come(pool: str, prefect: Run) -> None:
    assert "No runs are scheduled" in prefect("work-pool", "preview", pool).out
    soon, later = _scheduled(pool, 600 * SECOND_US), _scheduled(pool, 5400 * SECOND_US)
    out = prefect("work-pool", "preview", pool).out
    assert (soon in out, later in out) == (True, False)
    assert later in prefect("work-pool", "preview", pool, "--hours", "2").out
    found = prefect("work-queue", "preview", "default", "-p", pool, "-h", "2", "-o", "json").json
    assert [run["name"] for run in found] == [soon, later]
    assert later in prefect("work-queue", "read-runs", "default", "--pool", pool).out
    assert prefect("work-pool", "preview", pool, "--hours", "0").code == 2


def test_who_takes_slots(pool: str, prefect: Run) -> None:
    name = _scheduled(pool, -SECOND_US)
    (run,) = prefect("flow-run", "ls", "-o", "json").json
    client.call("flow_runs.set_state", id=run["id"], body={"state": {"type": "PENDING"}})
    assert name in prefect("work-pool", "slots", pool).out
    found = prefect("work-queue", "slots", "default", "-p", pool, "-o", "json").json
    assert [each["name"] for each in found["flow_runs"]] == [name]
    assert name in prefect("work-queue", "slots", "default", "-p", pool).out


def test_the_life_of_a_queue(pool: str, prefect: Run) -> None:
    made = prefect("work-queue", "create", "fast", "-p", pool, "-l", "2", "-q", "1")
    assert (made.code, "Created work queue 'fast'" in made.out) == (0, True)
    again = prefect("work-queue", "create", "fast", "-p", pool)
    assert (again.code, "already exists" in again.out) == (1, True)
    found = prefect("work-queue", "inspect", "fast", "-p", pool, "-o", "json").json
    assert (found["concurrency_limit"], found["priority"], found["is_paused"]) == (2, 1, False)
    assert "healthy" in found["status_details"]
    assert prefect("work-queue", "pause", "fast", "-p", pool).code == 0
    assert prefect("work-queue", "clear-concurrency-limit", "fast", "-p", pool).code == 0
    found = prefect("work-queue", "inspect", "fast", "-p", pool, "-o", "json").json
    assert (found["concurrency_limit"], found["is_paused"]) == (None, True)
    assert "fast (**)" in prefect("work-queue", "ls", "-p", pool).out
    assert prefect("work-queue", "set-concurrency-limit", "fast", "5", "-p", pool).code == 0
    assert prefect("work-queue", "inspect", "fast", "-p", pool, "-o", "json").json["is_paused"] is True
    assert prefect("work-queue", "resume", "fast", "-p", pool).code == 0
    assert "Healthy" in prefect("work-queue", "inspect", "fast", "-p", pool).out
    names = [each["name"] for each in prefect("work-queues", "ls", "-o", "json").json]
    assert names == ["fast", "default"]
    assert [each["name"] for each in prefect("work-queue", "ls", "-m", "fa", "-o", "json").json] == ["fast"]
    assert "Last polled" in prefect("work-queue", "ls", "--verbose").out
    assert prefect("work-queue", "delete", "fast", "-p", pool).code == 0
    for verb in ("inspect", "pause", "slots", "preview", "read-runs", "delete"):
        missing = prefect("work-queue", verb, "fast", "-p", pool)
        assert (missing.code, "not found in work pool 'p'" in missing.out) == (1, True)


def test_queues_without_a_pool_are_of_the_default_one(prefect: Run) -> None:
    assert prefect("work-queue", "create", "q").code == 0
    assert prefect("work-queue", "inspect", "q", "-p", "default-agent-pool").code == 0
    assert prefect("work-queue", "inspect", "q").code == 0
    assert prefect("work-queue", "create", "q", "-p", "nope").code == 1
    assert prefect("work-queue", "ls", "-p", "nope").code == 1
    assert prefect("work-queue", "inspect", "nope").code == 1


def test_a_no_changes_nothing(pool: str, prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "confirm", lambda _: False)
    refused = prefect("--prompt", "work-pool", "delete", pool)
    assert (refused.code, refused.out) == (1, "Nothing was changed.\n")
    assert prefect("work-pool", "inspect", pool).code == 0


def _block(kind: str, data: bool = False) -> None:
    made = client.call("block_types.create", body={"name": kind, "slug": kind})
    body = {"fields": {"title": kind, "type": "object", "properties": {}}, "block_type_id": made["id"]}
    schema = client.call("block_schemas.create", body=client.checked("block_schemas.create", body))
    if data:
        document = {"name": "creds", "data": {}, "block_schema_id": schema["id"], "block_type_id": made["id"]}
        client.call("block_documents.create", body=client.checked("block_documents.create", document))


@pytest.mark.parametrize(
    ("words", "kinds", "title"),
    [
        ("s3 p --bucket b --aws-credentials-block-name creds", ("aws-credentials", "s3-bucket"), "S3"),
        ("gcs p --bucket b --gcp-credentials-block-name creds", ("gcp-credentials", "gcs-bucket"), "GCS"),
        (
            "azure-blob-storage p --container b --azure-blob-storage-credentials-block-name creds",
            ("azure-blob-storage-credentials", "azure-blob-storage-container"),
            "Azure Blob Storage",
        ),
    ],
)
def test_storage(words: str, kinds: tuple[str, str], title: str, pool: str, prefect: Run) -> None:
    configure = ("work-pool", "storage", "configure", *words.split())
    assert "No storage" in prefect("work-pool", "storage", "inspect", pool).out
    missing = prefect(*configure)
    assert (missing.code, "There is no block" in missing.out) == (1, True)
    _block(kinds[0], data=True)
    unknown = prefect(*configure)
    assert (unknown.code, "block register" in unknown.out) == (1, True)
    _block(kinds[1])
    assert (
        prefect(*configure, "--launcher", "python", "--launcher-arg=-X", "--upload-launcher-arg", "u").code
        == 0
    )
    found = prefect("work-pool", "storage", "inspect", pool, "-o", "json").json
    assert found["type"] == title
    assert found["upload"]["launcher"] == ["python", "-X", "u"]
    assert found["execution"]["launcher"] == ["python", "-X"]
    assert prefect(*configure).code == 0
    found = prefect("work-pool", "storage", "inspect", pool, "-o", "json").json
    assert found["upload"]["requires"].startswith("prefect-")
    assert title in prefect("work-pool", "storage", "inspect", pool).out
    block = prefect("work-pool", "inspect", pool, "-o", "json").json["storage_configuration"]
    kept = prefect("block", "inspect", "--id", block["default_result_storage_block_id"], "-o", "json").json
    assert kept["name"] == "default-p-result-storage"
    assert kept["block_document_references"]
