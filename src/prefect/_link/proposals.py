"""Ends of flow runs that the server could not be told: kept like other records, told when it is back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import TimeoutError as NotYet
from typing import Any
from uuid import uuid4

from prefect._base import clock, ids, jsontext
from prefect._base.errors import ApiUnreachable
from prefect._link import retrying
from prefect._link.backlog import NOTHING
from prefect._link.journal.spool import Spool
from prefect._link.lane import LONGEST_PAUSE_S, Lane, Trouble
from prefect._link.reply import Reply, Unanswered
from prefect._link.transport import Transport

Json = dict[str, Any]

CRASHED = "CRASHED"

logger = logging.getLogger("prefect.link")


def end(run_id: str, body: Json) -> Json:
    """The proposal of `body` for a run, as a record; its transition has an id, by which a twin is known."""
    state: Json = body["state"]
    details: Json = {**(state.get("state_details") or {}), "transition_id": str(uuid4())}
    return {"run_id": run_id, "body": {**body, "state": {**state, "state_details": details}}}


def accepted(proposal: Json) -> Json:
    """The answer for a run that goes on as if the server had accepted."""
    at = clock.to_iso(clock.system.now_us())
    state = {**proposal["body"]["state"], "id": ids.new_id(), "timestamp": at}
    return {"state": state, "status": "ACCEPT", "details": {"type": "accept_details"}}


class Proposals(Lane[Json]):
    """Sends one proposal at a time, behind the records of `before`: who sees the end sees what led to it."""

    def __init__(self, transport: Transport, before: Sequence[Lane[Any]], spool: Spool) -> None:
        super().__init__(transport, "/flow_runs/", lambda proposal: proposal, spool)
        self._before = before

    def _trouble_with(self, batch: Sequence[bytes]) -> Trouble | None:
        for lane in self._before:
            try:
                lane.flush().result(LONGEST_PAUSE_S)
            except (NotYet, ApiUnreachable):
                return Trouble("what happened before is not told yet")
        for text in batch:
            trouble = None if text == NOTHING else self._trouble_with_one(jsontext.loads(text))
            if trouble is not None:
                return trouble
        return None

    def _trouble_with_one(self, proposal: Json) -> Trouble | None:
        path = f"/flow_runs/{proposal['run_id']}"
        try:
            there = self._transport.send("GET", path, None, None)
            if there.status >= 300:
                return _trouble(there, proposal)
            run: Json = jsontext.loads(there.body)
            if _transition(run) == _transition(proposal["body"]):
                return None  # it arrived before, but its answer did not
            # a run that was taken for dead while the server could not hear of it was not
            state: Json = run.get("state") or {}
            force = state.get("type") == CRASHED
            body = jsontext.encoded({**proposal["body"], "force": force})
            reply = self._transport.send("POST", f"{path}/set_state", None, body)
        except Unanswered as error:
            return Trouble(str(error))
        return _trouble(reply, proposal) if reply.status >= 300 else None


def _transition(holder: Json) -> str | None:
    state: Json = holder.get("state") or {}
    details: Json = state.get("state_details") or {}
    return details.get("transition_id")


def _trouble(reply: Reply, proposal: Json) -> Trouble | None:
    if reply.status >= 500 or retrying.is_retried(reply.status):
        return Trouble(f"status {reply.status}", reply.retry_after_s)
    logger.error("The end of flow run %s was refused with status %d.", proposal["run_id"], reply.status)
    return None
