"""The original's command line and its process worker, against our server."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.compat.processes import PROGRAMS, Programs, Server, until

pytestmark = pytest.mark.timeout(400)

POOL = "compat-pool"


@pytest.fixture(scope="module")
def sdk(original: str, our_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """The original's package, in a home of its own, with a pool that has a deployment."""
    folder = tmp_path_factory.mktemp("cli")
    shutil.copy(PROGRAMS / "deploys.py", folder)
    sdk = Programs(original, our_server, folder)
    sdk.commands(
        ["work-pool", "create", POOL, "--type", "process"],
        ["work-queue", "create", "side", "--pool", POOL, "--limit", "3"],
        ["--no-prompt", "deploy", "deploys.py:greet", "-n", "pooled", "--pool", POOL, "--param", "times=2"],
        ["variable", "set", "compat_cli", '{"a": 1}', "--overwrite"],
        ["global-concurrency-limit", "create", "compat-cli", "--limit", "2"],
        ["concurrency-limit", "create", "compat-cli-tag", "4"],
        ["block", "register", "-m", "prefect.blocks.notifications"],
    )
    return sdk


LISTS = {
    "work-pool ls": POOL,
    f"work-pool inspect {POOL}": "process",
    f"work-pool preview {POOL} -h 200": "No runs found",
    f"work-queue ls --pool {POOL}": "side",
    f"work-queue inspect side --pool {POOL}": "concurrency_limit=3",
    f"work-queue read-runs default --pool {POOL}": "default",
    "deployment ls": "greet/pooled",
    "deployment inspect greet/pooled": "pooled",
    "deployment schedule ls greet/pooled": "",
    "flow ls": "greet",
    "flow-run ls": "",
    "task-run ls": "",
    "variable ls": "compat_cli",
    "variable get compat_cli": '{"a": 1}',
    "variable inspect compat_cli": "compat_cli",
    "global-concurrency-limit ls": "compat-cli",
    "global-concurrency-limit inspect compat-cli": "limit=2",
    "gcl inspect compat-cli": "limit=2",
    "concurrency-limit ls": "compat-cli-tag",
    "concurrency-limit inspect compat-cli-tag": "compat-cli-tag",
    "block type ls": "secret",
    "block type inspect secret": "secret",
    "block ls": "",
    "artifact ls": "",
    "automation ls": "",
    "version": "3.8.8",
    "profile ls": "",
    "config view": "PREFECT_API_URL",
    "server status": "",
}


def test_what_is_there_is_shown(sdk: Programs) -> None:
    shown = sdk.commands(*(command.split() for command in LISTS))
    for (command, wanted), text in zip(LISTS.items(), shown, strict=True):
        assert "Traceback" not in text, command
        assert wanted in text, command


def test_a_process_worker_runs_what_was_asked_for(sdk: Programs) -> None:
    server = sdk.server
    (asked,) = sdk.commands(["deployment", "run", "greet/pooled", "--param", "name=worker"])
    deployment = server.get("/deployments/name/greet/pooled")
    wanted = {"deployments": {"id": {"any_": [deployment["id"]]}}}
    run_id = server.post("/flow_runs/filter", wanted)[0]["id"]
    assert run_id in asked.replace("\n", "").replace(" ", "")
    with sdk.commanding("worker", "start", "--pool", POOL, "--type", "process", "--name", "compat-worker"):
        until(lambda: server.get(f"/flow_runs/{run_id}")["state_type"] == "COMPLETED", 90)
        workers = server.post(f"/work_pools/{POOL}/workers/filter")
        assert [(worker["name"], worker["status"]) for worker in workers] == [("compat-worker", "ONLINE")]
        assert server.get(f"/work_pools/{POOL}")["status"] == "READY"
        waiting = server.post(
            f"/deployments/{deployment['id']}/create_flow_run", {"parameters": {"name": "c"}}
        )
        until(lambda: server.get(f"/flow_runs/{waiting['id']}")["state_type"] == "COMPLETED", 60)
    until(lambda: "hello worker hello worker" in server.lines(run_id), 10)
    run = server.get(f"/flow_runs/{run_id}")
    assert (run["work_pool_name"], run["work_queue_name"]) == (POOL, "default")

    inspected, logs, listed = sdk.commands(
        ["flow-run", "inspect", run_id], ["flow-run", "logs", run_id], ["flow-run", "ls", "--limit", "50"]
    )
    assert "COMPLETED" in inspected
    assert "hello worker" in logs
    assert run["name"] in listed


def test_runs_are_cancelled_and_deleted(sdk: Programs) -> None:
    server = sdk.server
    sdk.commands(["deployment", "run", "greet/pooled", "--start-at", "in 2 hours"])
    wanted = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "sort": "START_TIME_DESC"}
    run_id = server.post("/flow_runs/filter", wanted)[0]["id"]
    sdk.commands(["flow-run", "cancel", run_id])
    assert server.get(f"/flow_runs/{run_id}")["state_type"] in ("CANCELLING", "CANCELLED")
    sdk.commands(["--no-prompt", "flow-run", "delete", run_id])
    assert server.http.get(f"/flow_runs/{run_id}").status_code == 404


def test_schedules_are_made_paused_and_taken_away(sdk: Programs) -> None:
    server = sdk.server
    sdk.commands(["deployment", "schedule", "create", "greet/pooled", "--cron", "0 4 * * *"])
    deployment = server.get("/deployments/name/greet/pooled")
    schedule = deployment["schedules"][0]
    assert schedule["schedule"]["cron"] == "0 4 * * *"
    sdk.commands(["deployment", "schedule", "pause", "greet/pooled", schedule["id"]])
    assert server.get(f"/deployments/{deployment['id']}")["schedules"][0]["active"] is False
    sdk.commands(
        ["deployment", "schedule", "resume", "greet/pooled", schedule["id"]],
        ["--no-prompt", "deployment", "schedule", "clear", "greet/pooled", "-y"],
    )
    assert server.get(f"/deployments/{deployment['id']}")["schedules"] == []


def test_pools_and_limits_are_changed(sdk: Programs) -> None:
    server = sdk.server
    sdk.commands(
        ["work-pool", "set-concurrency-limit", POOL, "7"],
        ["work-pool", "pause", POOL],
        ["work-queue", "pause", "side", "--pool", POOL],
        ["gcl", "update", "compat-cli", "--limit", "9"],
        ["--no-prompt", "variable", "unset", "compat_cli"],
    )
    pool = server.get(f"/work_pools/{POOL}")
    assert (pool["concurrency_limit"], pool["is_paused"], pool["status"]) == (7, True, "PAUSED")
    assert server.get(f"/work_pools/{POOL}/queues/side")["is_paused"] is True
    assert server.get("/v2/concurrency_limits/compat-cli")["limit"] == 9
    assert server.http.get("/variables/name/compat_cli").status_code == 404
    sdk.commands(["work-pool", "resume", POOL], ["work-pool", "clear-concurrency-limit", POOL])
    pool = server.get(f"/work_pools/{POOL}")
    assert (pool["concurrency_limit"], pool["is_paused"]) == (None, False)


def test_the_api_is_called_by_hand(sdk: Programs) -> None:
    answered, emitted = sdk.commands(
        ["api", "POST", "/flows/filter", "--data", json.dumps({"limit": 1})],
        ["event", "emit", "compat.by.hand", "--resource-id", "compat.cli"],
    )
    assert '"name"' in answered
    assert "compat.by.hand" in emitted
    asked = {"filter": {"event": {"name": ["compat.by.hand"]}}}
    until(lambda: sdk.server.post("/events/filter", asked)["total"] == 1, 20)


def test_what_is_not_there_is_told(sdk: Programs) -> None:
    shown = sdk.commands(
        ["flow-run", "inspect", "00000000-0000-0000-0000-000000000000"],
        ["work-pool", "inspect", "nowhere"],
        ["deployment", "run", "no/where"],
        code=1,
    )
    assert all("not found" in text.lower() or "no deployment" in text.lower() for text in shown)
