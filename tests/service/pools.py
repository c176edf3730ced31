"""Runs in queues of pools, as several tests want them."""

from __future__ import annotations

from typing import Any

from prefect._base.clock import to_iso
from prefect._store.sql import Statement

_SEND = Statement(
    "send", "UPDATE flow_run SET work_queue_id = :queue, work_queue_name = :name WHERE id = :id"
)


class Pool:
    """A pool with queues, and runs of one deployment in it."""

    def __init__(self, api: Any, name: str = "p", **pool: Any) -> None:
        self.api = api
        self.name = name
        self.row = api("work_pools.create", body={"name": name, "type": "process", **pool})
        self.flow_id = api.flow()
        body = {"name": f"of-{name}", "flow_id": self.flow_id}
        self.deployment_id = api("deployments.create", body=body)["id"]

    def queue(self, name: str, **body: Any) -> str:
        made = self.api("work_queues.create_in_pool", work_pool_name=self.name, body={"name": name, **body})
        return made["id"]

    def run(self, queue: str = "default", in_s: float = 0, **body: Any) -> str:
        """The id of a new run, scheduled for so many seconds from now."""
        at = to_iso(self.api.clock.now_us() + round(in_s * 1e6))
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": at}}
        made = self.api.flow_run(flow_id=self.flow_id, deployment_id=self.deployment_id, state=state, **body)
        self.send(made["id"], queue)
        return made["id"]

    def send(self, run_id: str, queue: str) -> None:
        id = self.api("work_queues.read_in_pool", work_pool_name=self.name, name=queue)["id"]

        async def work(tx: Any) -> None:
            await tx.run(_SEND, queue=id, name=queue, id=run_id)

        self.api.store.write(work).result(30)

    def claim(self, owner: str = "host:boot:1:1", **body: Any) -> Any:
        """What the operation answers; see `ids`."""
        return self.api("work_pools.claim", name=self.name, body={"owner": owner, **body})

    def claimed(self, owner: str = "host:boot:1:1", **body: Any) -> list[str]:
        return ids(self.claim(owner, **body))

    def polled(self, **body: Any) -> list[str]:
        found = self.api("work_pools.get_scheduled_flow_runs", name=self.name, body=body)
        return [one["flow_run"]["id"] for one in found]


def ids(answer: Any) -> list[str]:
    return [run["flow_run"]["id"] for run in answer["runs"]]
