"""Deployments: served by this process, asked for and waited for by name, with schedules and parameters."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

from prefect import flow, get_client
from prefect.deployments import run_deployment


@flow(log_prints=True)
def greet(name: str = "nobody", times: int = 1) -> str:
    print(" ".join([f"hello {name}"] * times))
    return name


@flow
def calls(deployment: str) -> str:
    return run_deployment(deployment, parameters={"name": "a parent"}, timeout=60).state.name


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        greet.serve(
            name="served",
            interval=timedelta(days=30),
            parameters={"times": 2},
            tags=["compat"],
            description="greets",
            version="1.2",
            pause_on_shutdown=False,
        )
    elif sys.argv[1] == "deploy":
        placed = greet.from_source(source=sys.argv[2], entrypoint="deploys.py:greet")
        placed.deploy(name="pooled", work_pool_name=sys.argv[3], cron="0 6 * * *", print_next_steps=False)
        print(json.dumps("deployed"))
    else:
        run = run_deployment(sys.argv[2], parameters={"name": "you"}, timeout=60)
        not_waited = run_deployment(sys.argv[2], timeout=0, idempotency_key="once", tags=["not-waited"])
        same = run_deployment(sys.argv[2], timeout=0, idempotency_key="once")
        with get_client(sync_client=True) as client:
            deployment = client.read_deployment_by_name(sys.argv[2])
        found = {
            "run": str(run.id),
            "state": run.state.name,
            "same": not_waited.id == same.id,
            "within": calls(sys.argv[2]),
            "tags": deployment.tags,
            "description": deployment.description,
            "parameters": deployment.parameters,
        }
        print(json.dumps(found))
