"""The claims of this process on flow runs, kept alive on the server for as long as the runs last."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from prefect._base.state import TERMINAL
from prefect._link.reply import Unanswered
from prefect._link.transport import Transport
from prefect._wire.operation import OPERATIONS
from prefect._wire.operations import leases as _declared  # noqa: F401  # pyright: ignore[reportUnusedImport] - declares the operation

logger = logging.getLogger("prefect.link")

RENEW_S = 10.0
_CLAIM = frozenset({"claims.deployments", "work_pools.claim"})
_PENDING = {"type": "PENDING"}
_CLAIMS = frozenset({"work_pools.claim", "claims.deployments"})
_FINAL = frozenset(type_.value for type_ in TERMINAL)


class Leases:
    """Renews all claims with one request every `RENEW_S` seconds, for as long as there are any."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._held: dict[str, int | None] = {}  # runs, and how often they are tried again if that is known
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._are_known = True  # servers of other makes know no leases

    def notice(self, operation: str, args: Mapping[str, Any], answer: Any) -> None:
        """Learn from an answer which runs this process holds, and which it has no more."""
        if operation == "flow_runs.create":
            self._enter(answer["id"], answer.get("state"), _retries(answer))
        elif operation == "flow_runs.set_state":
            self._enter(str(args["id"]), answer.get("state"))
        elif operation in _CLAIM:
            for claimed in answer["runs"]:
                self._enter(claimed["flow_run"]["id"], claimed["flow_run"].get("state") or _PENDING)
        elif operation == "flow_runs.read" and answer["id"] in self._held:
            self._enter(answer["id"], answer.get("state"), _retries(answer))
        elif operation in _CLAIMS:
            for claimed in answer["runs"]:
                self._enter(claimed["flow_run"]["id"], claimed["flow_run"]["state"])

    def ends(self, run_id: str, type_: str) -> bool:
        """Whether a run that reaches this type of state has ended, without anybody being asked."""
        with self._lock:
            if run_id not in self._held:
                return False
            return type_ in _FINAL and (type_ != "FAILED" or self._held[run_id] == 0)

    def forget(self, run_id: str) -> None:
        """The run has ended, although the server does not know it yet."""
        with self._lock:
            self._held.pop(run_id, None)

    def _enter(self, run_id: str, state: Mapping[str, Any] | None, retries: int | None = None) -> None:
        with self._lock:
            if state is None or state["type"] in _FINAL or state["type"] == "SCHEDULED":
                self._held.pop(run_id, None)
                return
            self._held[run_id] = self._held.get(run_id) if retries is None else retries
            if self._thread is None and self._are_known:
                self._thread = threading.Thread(target=self._renew, name="prefect-link-leases", daemon=True)
                self._thread.start()

    def _renew(self) -> None:
        pause = threading.Event()
        operation = OPERATIONS["leases.renew"]
        while True:
            pause.wait(RENEW_S)
            with self._lock:
                if not self._held:
                    self._thread = None
                    return
            try:
                reply = self._transport.send(operation.method, operation.path, None, None)
            except Unanswered as error:
                logger.warning("The claims of this process could not be renewed: %s", error)
                continue
            if reply.status in (404, 405):
                with self._lock:
                    self._are_known, self._thread = False, None
                return
            if reply.status >= 400:
                logger.warning("The claims of this process were not renewed: status %d", reply.status)


def _retries(run: Mapping[str, Any]) -> int:
    """How often a flow run is tried again."""
    policy: Mapping[str, Any] = run.get("empirical_policy") or {}
    return policy.get("retries") or 0
