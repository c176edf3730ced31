"""One program, two packages: the original's against our server, and ours against the original's server.

What a program prints is what it saw; beside that the server is asked what it knows.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.compat.processes import PROGRAMS, Programs, until


@pytest.fixture(params=["their_sdk", "our_sdk"])
def sdk(request: pytest.FixtureRequest) -> Programs:
    return request.getfixturevalue(request.param)


def test_flows_and_tasks(sdk: Programs) -> None:
    server, found = sdk.server, sdk.run("runs.py")
    assert found["doubles"] == [0, 4, 8]
    assert (found["after"], found["child"], found["unsteady"]) == (8, 14, "steady")
    assert (found["costly"], found["computed"]) == ([9, 9], 1)
    assert (found["broken"], found["sealed"], found["asynchronous"]) == ("Failed", "Sealed", 201)

    run = server.get(f"/flow_runs/{found['flow_run_id']}")
    assert (run["state_type"], run["run_count"], run["parameters"]) == ("COMPLETED", 1, {"n": 3})
    assert run["tags"] == ["outer"]
    wanted = {
        "double Completed": 7,
        "shaky Completed": 1,
        "broken Failed": 1,
        "child Completed": 1,
        "unsteady Completed": 1,
        "costly Completed": 1,
        "costly Cached": 1,
        "named Sealed": 1,
    }
    until(lambda: kinds(server.task_runs(run["id"])) == wanted, 20)
    runs = server.task_runs(run["id"])
    shaky = next(run for run in runs if run["name"] == "shaky-one")
    assert shaky["run_count"] == 3
    states = server.http.get("/task_run_states/", params={"task_run_id": shaky["id"]}).json()
    assert [state["name"] for state in states][-1] == "Completed"
    assert sum(state["name"] in ("AwaitingRetry", "Retrying") for state in states) >= 2
    inner = [run for run in runs if "inner" in run["tags"]]
    assert len(inner) == 6
    assert all("outer" in run["tags"] for run in inner)
    inputs = [entry for run in inner for entry in run["task_inputs"].get("x", [])]
    assert {entry["id"] for entry in inputs if entry["input_type"] == "task_run"} <= {r["id"] for r in inner}

    children = server.post("/flow_runs/filter", {"flow_runs": {"parent_flow_run_id": {"any_": [run["id"]]}}})
    assert sorted(child["run_count"] for child in children) == [1, 2]
    assert {child["state_type"] for child in children} == {"COMPLETED"}
    child = next(child for child in children if child["name"] == "child-7")
    until(lambda: "printed by child 7" in server.lines(child["id"]), 10)
    until(lambda: {"printed by parent", "doubling 2"} <= set(server.lines(run["id"])), 10)

    name, failed_id, message = found["failed"]
    failed = server.get(f"/flow_runs/{failed_id}")
    assert (name, failed["state_type"]) == ("Failed", "FAILED")
    assert failed["state"]["message"] == message
    until(lambda: any("LookupError" in line for line in server.lines(failed_id)), 10)


def kinds(runs: list[dict[str, Any]]) -> dict[str, int]:
    names = (f"{run['task_key'].rsplit('-', 1)[0].split('.')[-1]} {run['state_name']}" for run in runs)
    return dict(Counter(names))


KEPT = {"markdown": 3, "table": 1, "image": 1, "progress": 1}
"""Artifacts by their type; a link is written in Markdown."""


def test_artifacts_variables_and_blocks(sdk: Programs) -> None:
    server, found = sdk.server, sdk.run("records.py")
    assert (found["report"], found["progress"]) == ("# Two", 75.0)
    assert found["variable"] == {"deep": [1, 2]}
    assert (found["default"], found["unset"]) == ("none", True)
    assert found["secret"] == {"deep": "hush"}
    assert found["outer"] == ["it", "deep secret", 5]
    assert (found["files"], found["by slug"]) == ("/tmp/compat", "it")

    wanted = {"artifacts": {"key": {"any_": ["report", "rows", "place", "picture", "progress"]}}}
    kept = server.post("/artifacts/filter", wanted)
    assert Counter(artifact["type"] for artifact in kept) == KEPT
    latest = server.get("/artifacts/report/latest")
    assert latest["data"] == "# Two"
    assert server.get("/variables/name/compat_number")["tags"] == ["compat"]
    assert server.http.get("/variables/name/compat_gone").status_code == 404
    hidden = server.get("/block_types/slug/compat-outer/block_documents/name/compat-outer")
    assert "deep secret" not in str(hidden)
    assert hidden["data"]["name_of_it"] == "it"
    assert "inner" in hidden["block_document_references"]
    gone = "/block_types/slug/local-file-system/block_documents/name/compat-files"
    assert server.http.get(gone).status_code == 404
    for slug, checksum in found["checksums"].items():
        schema = server.get(f"/block_schemas/checksum/{checksum}")
        assert schema["block_type"]["slug"] == slug


def test_limits(sdk: Programs) -> None:
    server, found = sdk.server, sdk.run("limits.py")
    assert (found["held"], found["freed"], found["left"]) == (2, 0, 0)
    assert (found["narrow"], found["most"], found["tag"]) == ([0, 1, 2], 1, 1)
    assert (found["refused"], found["strict"]) == (True, "ConcurrencySlotAcquisitionError")
    limit = server.get(f"/v2/concurrency_limits/{found['id']}")
    assert (limit["name"], limit["limit"], limit["active_slots"]) == ("compat-slots", 3, 0)
    assert server.http.get("/concurrency_limits/tag/compat-narrow").status_code == 404


def test_automations_and_events(sdk: Programs) -> None:
    server, found = sdk.server, sdk.run("automating.py")
    assert (found["paused"], found["read"]) == (False, True)
    assert found["heard"] == ["compat.happened", "compat.thing.1", '{"n": 1}']
    assert found["both"] == ["all", 2, "{{ event.event }}"]
    automation = server.get(f"/automations/{found['id']}")
    assert (automation["name"], automation["enabled"]) == ("compat-renamed", True)
    assert automation["trigger"]["expect"] == ["compat.happened"]
    wanted = {"filter": {"event": {"name": ["compat.happened", "prefect.automation.triggered"]}}}
    names = until(lambda: _both(server.post("/events/filter", wanted)), 20)
    assert names == {"compat.happened", "prefect.automation.triggered"}


def _both(page: dict[str, Any]) -> set[str]:
    names = {event["event"] for event in page["events"]}
    return names if len(names) == 2 else set()


def test_runs_that_wait_for_somebody(sdk: Programs) -> None:
    server, found = sdk.server, sdk.run("steered.py")
    assert found["answers"] == [4, "no reason", "a word"]
    assert (found["renamed"], found["filtered"], found["after"]) == ("renamed", 1, 0)
    assert found["states"][0] == "Scheduled"
    states = server.http.get("/flow_run_states/", params={"flow_run_id": found["run"]}).json()
    names = [state["name"] for state in states]
    assert [name for name in names if name in ("Paused", "Running", "Resuming", "Completed")] == names[1:]
    assert "Paused" in names


def test_background_tasks(sdk: Programs) -> None:
    with sdk.running("background.py", "serve"):
        until(lambda: sdk.server.post("/task_workers/filter"))
        found = sdk.run("background.py", "call")
    assert found["results"] == [1, 2, 3, 11, 11]
    wanted = {"task_runs": {"id": {"any_": found["ids"]}, "state": {"type": {"any_": ["COMPLETED"]}}}}
    until(lambda: sdk.server.post("/task_runs/count", wanted) == len(found["ids"]), 20)


def test_deployments_of_a_pool(our_sdk: Programs) -> None:
    """Our worker runs what was deployed to a pool; the original's worker is with its command line."""
    server = our_sdk.server
    our_sdk.commands(["work-pool", "create", "compat-ours", "--type", "process"])
    our_sdk.run("deploys.py", "deploy", str(PROGRAMS), "compat-ours")
    deployment = server.get("/deployments/name/greet/pooled")
    assert (deployment["work_pool_name"], deployment["work_queue_name"]) == ("compat-ours", "default")
    assert deployment["schedules"][0]["schedule"]["cron"] == "0 6 * * *"
    run = server.post(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": {"name": "pool"}})
    with our_sdk.commanding(
        "worker", "start", "--pool", "compat-ours", "--type", "process", "--name", "ours"
    ):
        until(lambda: server.get(f"/flow_runs/{run['id']}")["state_type"] == "COMPLETED", 60)
        workers = server.post("/work_pools/compat-ours/workers/filter")
        assert [(worker["name"], worker["status"]) for worker in workers] == [("ours", "ONLINE")]
    until(lambda: "hello pool" in server.lines(run["id"]), 20)
    shown = our_sdk.commands(
        ["deployment", "ls"], ["flow-run", "inspect", run["id"]], ["flow-run", "logs", run["id"]]
    )
    for text, wanted in zip(shown, ("greet/pooled", "Completed", "hello pool"), strict=True):
        assert wanted in text


def test_served_deployments(sdk: Programs) -> None:
    server = sdk.server
    with sdk.running("deploys.py", "serve"):
        deployment = until(lambda: server.get_or_none("/deployments/name/greet/served"))
        assert deployment["parameters"] == {"times": 2}
        assert (deployment["tags"], deployment["version"]) == (["compat"], "1.2")
        assert deployment["schedules"][0]["schedule"]["interval"] == 30 * 86400
        found = sdk.run("deploys.py", "ask", "greet/served")
        assert (found["state"], found["within"], found["same"]) == ("Completed", "Completed", True)
        assert (found["tags"], found["description"]) == (["compat"], "greets")
        run = server.get(f"/flow_runs/{found['run']}")
        assert run["deployment_id"] == deployment["id"]
        assert run["parameters"] == {"times": 2, "name": "you"}
        until(lambda: "hello you hello you" in server.lines(run["id"]), 10)
