"""Cleaning up what the server asks a worker to: infrastructure of runs that did not end by themselves."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from prefect._base import clock
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import InfrastructureNotFound, ObjectNotFound

Json = dict[str, Any]
Tell = Callable[[str, Json], Awaitable[None]]

CANCELLING_TIMEOUT = "cancelling_timeout_teardown.v1"
GRACE_S = 30
# renewed when so much of the time that a reservation lasts is left
_RENEW_AT = 0.5


class Interrupted(Exception):
    """The channel was closed before an answer came."""


class Cleaner:
    """Carries out messages that the server has reserved for this worker, and says how it went."""

    def __init__(self, worker: Any, tell: Tell) -> None:
        self._worker = worker
        self._tell = tell
        self._working: dict[str, asyncio.Task[None]] = {}
        self._until_us: dict[str, int] = {}
        self._held: dict[str, Json] = {}

    def begin(self, message: Json) -> None:
        """Start to carry out a message."""
        id_: str = message["message_id"]
        self._until_us[id_] = clock.from_iso(message["lease_expires_at"])
        # one that comes again, over another connection, is held by another token
        self._held[id_] = {key: message[key] for key in ("message_id", "reservation_token")}
        if id_ not in self._working:
            task = asyncio.create_task(self._carry_out(message))
            self._working[id_] = task
            task.add_done_callback(lambda _: self._working.pop(id_, None))

    def told(self, result: Json) -> None:
        """What the server says to what was said about a message."""
        if result["status"] != "accepted":
            self._worker._logger.debug(
                "About cleaning up, the server answers %s to %s: %s",
                result["status"],
                result["operation"],
                result["reason"],
            )
        elif result["operation"] == "renew":
            self._until_us[result["message_id"]] = clock.from_iso(result["lease_expires_at"])

    async def close(self) -> None:
        """Finish what was begun, as far as it takes no longer than ending a job may."""
        if self._working:
            await asyncio.wait(self._working.values(), timeout=GRACE_S)

    async def _carry_out(self, message: Json) -> None:
        id_ = message["message_id"]
        renewing = asyncio.create_task(self._renew(id_))
        try:
            await self._handled(message)
        except NotImplementedError as error:
            await self._say("cleanup.release.v1", id_, reason=str(error))
        except Exception as error:
            self._worker._logger.exception("The infrastructure of a run could not be cleaned up.")
            await self._say("cleanup.release.v1", id_, reason=f"{type(error).__name__}: {error}")
        else:
            await self._say("cleanup.ack.v1", id_)
        finally:
            renewing.cancel()
            self._until_us.pop(id_, None)
            self._held.pop(id_, None)

    async def _say(self, type_: str, id_: str, **more: str) -> None:
        try:
            await self._tell(type_, {**self._held[id_], **more})
        except Interrupted:
            self._worker._logger.debug("The channel was closed while something was cleaned up.")

    async def _handled(self, message: Json) -> None:
        for handler in self._worker.cleanup_handlers:
            if handler.kind == message["kind"]:
                done = handler.cleanup(message)
                if inspect.isawaitable(done):
                    await done
                return
        if message["kind"] != CANCELLING_TIMEOUT:
            raise NotImplementedError(f"Nothing is known here of {message['kind']!r}.")
        await end_job(self._worker, message["target"])

    async def _renew(self, id_: str) -> None:
        while id_ in self._until_us:
            left_s = (self._until_us[id_] - clock.system.now_us()) / 1e6
            await asyncio.sleep(max(1.0, left_s * _RENEW_AT))
            await self._say("cleanup.renew.v1", id_)


async def end_job(worker: Any, target: Json) -> None:
    """End the job of a run that is Cancelled by now, whose process did not listen."""
    pid = target.get("infrastructure_pid")
    if not pid:
        return  # nothing was started for it
    try:
        flow_run: FlowRun = await worker.client.read_flow_run(target["flow_run_id"])
        deployment = None
        if flow_run.deployment_id is not None:
            deployment = await worker.client.read_deployment(flow_run.deployment_id)
    except ObjectNotFound:
        worker._logger.warning("The job %s belongs to a run that was deleted; end it by hand.", pid)
        return
    configuration = await worker._get_configuration(flow_run, deployment)
    try:
        await worker.kill_infrastructure(pid, configuration, GRACE_S)
    except InfrastructureNotFound:
        return  # it is gone
    worker.get_flow_run_logger(flow_run).info(
        "The job of the flow run was ended, since it did not end itself."
    )
