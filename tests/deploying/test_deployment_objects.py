"""`Deployment.build_from_flow(...).apply()`, as programs of earlier versions have it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

PROGRAM = """
    from prefect import flow
    from prefect.deployments import Deployment
    from prefect.server.schemas.schedules import CronSchedule
    import os

    @flow
    def my_pipeline(date: str):
        open("seen", "w").write(date + os.environ["ENVIRONMENT"])

    deployment = Deployment.build_from_flow(
        flow=my_pipeline,
        name="production",
        parameters={"date": "2026-06-14"},
        schedule=CronSchedule(cron="0 6 * * *", timezone="Asia/Kolkata"),
        tags=["production"],
        work_queue_name="urgent",
        infra_overrides={"env": {"ENVIRONMENT": "prod"}, "working_dir": "."},
    )

    if __name__ == "__main__":
        deployment.apply()
"""


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env={**os.environ}, capture_output=True, text=True, timeout=60, check=False)


def test_a_program_and_its_run(place: Any) -> None:
    path = place.write(PROGRAM.replace('"."', repr(str(place.directory))), "deploy.py")
    done = _run(sys.executable, "-W", "error::UserWarning", str(path))
    assert done.returncode == 0, done.stderr
    names = {"flow_name": "my-pipeline", "deployment_name": "production"}
    found = asyncio.run(place.call("deployments.read_by_name", **names))
    assert (found["work_pool_name"], found["work_queue_name"]) == ("default-agent-pool", "urgent")
    assert found["path"] == str(place.directory)
    assert found["schedules"][0]["schedule"]["timezone"] == "Asia/Kolkata"
    assert found["job_variables"]["env"] == {"ENVIRONMENT": "prod"}
    run_id = asyncio.run(place.start(found["id"], parameters={"date": "x"}))
    done = _run(sys.executable, "-m", "prefect", "worker", "start", "-p", "default-agent-pool", "--run-once")
    assert done.returncode == 0, done.stderr
    run = asyncio.run(place.read(run_id))
    assert run["state_name"] == "Completed", done.stderr
    assert (place.directory / "seen").read_text() == "xprod"


def test_what_is_written_can_be_deployed(place: Any) -> None:
    place.write(
        PROGRAM.replace('name="production",', 'name="production", output="prefect.yaml",'), "deploy.py"
    )
    assert _run(sys.executable, "deploy.py").returncode == 0
    done = _run(sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
