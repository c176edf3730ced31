"""Runs that wait for somebody: paused, suspended, with input; and clients that steer and read them."""

from __future__ import annotations

import asyncio
import json

from prefect import flow, get_client, pause_flow_run
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.flow_runs import resume_flow_run
from prefect.input import RunInput
from prefect.input.run_input import receive_input
from prefect.runtime import flow_run
from prefect.states import Cancelling, Scheduled


class Answer(RunInput):
    number: int
    why: str = "no reason"


@flow
async def asks() -> list[object]:
    answer = await pause_flow_run(wait_for_input=Answer, timeout=60, poll_interval=1)
    got = []
    async for word in receive_input(str, timeout=30, poll_interval=0.2):
        got.append(word)
        break
    return [answer.number, answer.why, *got, flow_run.name]


async def answers(started: asyncio.Task[list[object]]) -> str:
    """Resume the run when it is paused, and send it a word."""
    async with get_client() as client:
        while not started.done():
            runs = await client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
            if runs and runs[0].state.is_paused():
                run_id = runs[0].id
                done = resume_flow_run(run_id, run_input={"number": 4})
                if asyncio.iscoroutine(done):
                    await done
                from prefect.input.run_input import send_input

                sent = send_input("a word", run_id)
                if asyncio.iscoroutine(sent):
                    await sent
                return str(run_id)
            await asyncio.sleep(0.05)
    raise RuntimeError("never paused")


async def main() -> dict[str, object]:
    started = asyncio.create_task(asks())
    run_id = await answers(started)
    found: dict[str, object] = {"run": run_id, "answers": (await started)[:3]}
    async with get_client() as client:
        run = await client.create_flow_run(asks, name="steered", tags=["compat"], state=Scheduled())
        await client.update_flow_run(run.id, name="renamed", tags=["compat", "more"])
        response = await client.set_flow_run_state(run.id, Cancelling(), force=True)
        found["cancelling"] = str(getattr(response.status, "value", response.status))
        found["renamed"] = (await client.read_flow_run(run.id)).name
        found["type"] = (await client.read_flow_run(run.id)).state_type == StateType.CANCELLING
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
        found["filtered"] = len(await client.read_flow_runs(flow_run_filter=wanted))
        found["states"] = [s.name for s in await client.read_flow_run_states(run.id)]
        found["logs"] = len(await client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))))
        await client.delete_flow_run(run.id)
        found["after"] = len(await client.read_flow_runs(flow_run_filter=wanted))
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main())))
