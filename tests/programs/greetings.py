"""A program that is served, deployed and called in the background."""

import sys

from prefect import flow, task
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments import Deployment


@task
def mail(name: str) -> str:
    return f"a mail to {name}"


@flow(log_prints=True)
def greet(name: str = "nobody") -> str:
    print(f"Good morning, {name}!")
    return name


if __name__ == "__main__":
    what = sys.argv[1]
    if what == "serve":
        greet.serve("morning", cron="0 6 * * *", timezone="Asia/Kolkata", tags=["early"])
    elif what == "containers":
        greet.deploy(
            "boxed", work_pool_name="cluster", image="org/greetings:1", build=False, push=False,
            job_variables={"namespace": "morning"},
        )  # fmt: skip
    elif what == "object":
        made = Deployment.build_from_flow(
            greet, "object", schedule=CronSchedule(cron="0 7 * * *", timezone="Asia/Kolkata"),
            work_queue_name="default", infra_overrides={"env": {"GREETING": "1"}},
        )  # fmt: skip
        print("applied", made.apply())
    elif what == "worker":
        mail.serve()
    elif what == "delay":
        future = mail.delay("Ada")
        future.wait(timeout=30)
        print("background", future.state.name, future.task_run_id)
