"""The runner: registers deployments of flows that are here, and executes their runs."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypedDict
from uuid import UUID

from prefect._base import clock, lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.errors import OperationError
from prefect._code import execution
from prefect._code.storage import LocalStorage
from prefect._fleet import child, claims, pulling
from prefect._fleet.claims import Claimed, Claims, Polls
from prefect._fleet.runner.serving import Intake, ended_by_signals
from prefect._fleet.supervision import Grace, Supervisor
from prefect._fleet.warm.templates import NoTemplate
from prefect._wire.operation import named
from prefect.client.orchestration._operations import operation as operation_named
from prefect.logging.loggers import get_logger
from prefect.settings import active
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.annotations import NotSet
from prefect.utilities.asyncutils import run_coro_as_sync

if TYPE_CHECKING:
    from prefect.bundles import SerializedBundle
    from prefect.client.schemas.objects import FlowRun
    from prefect.deployments.runner import RunnerDeployment
    from prefect.flows import Flow

choose: Any = lazy.module("prefect._link.choose")
keeping: Any = lazy.module("prefect._link.keeping")
deployments: Any = lazy.module("prefect.deployments.runner")
executing: Any = lazy.module("prefect.bundles._executing")
webservers: Any = lazy.module("prefect.runner.server")
threading: Any = lazy.module("threading")

__all__ = ["Runner"]


class ProcessMapEntry(TypedDict):
    """A run and its process."""

    flow_run: FlowRun
    pid: int


class Runner:
    """Serves flows: registers them as deployments and executes their runs, each in a process of its own.

    >>> runner = Runner("mine", limit=3)
    >>> runner.add_flow(my_flow, cron="0 * * * *")
    >>> asyncio.run(runner.start())

    :param name: a name for logs
    :param query_seconds: where runs are not pushed, how often they are looked for; by default the setting
        `runner.poll_frequency`
    :param prefetch_seconds: accepted; runs are started when they are due
    :param heartbeat_seconds: how often runs tell that they live; by default `flows.heartbeat_frequency`
    :param limit: how many runs at a time, None for any number; by default `runner.process_limit`
    :param pause_on_shutdown: whether schedules of the deployments are paused when the runner ends
    :param webserver: whether to answer requests about the health of the runner
    """

    def __init__(
        self,
        name: str | None = None,
        query_seconds: float | None = None,
        prefetch_seconds: float = 10,
        heartbeat_seconds: float | None = None,
        limit: int | type[NotSet] | None = NotSet,
        pause_on_shutdown: bool = True,
        webserver: bool = False,
    ) -> None:
        if heartbeat_seconds is not None and heartbeat_seconds < 30:
            raise ValueError("Heartbeats can be 30 seconds apart or more.")
        if name and ("/" in name or "%" in name):
            raise ValueError("The name of a runner has no '/' and no '%'.")
        values = active()
        self.name = Path(name).stem if name is not None else "runner"
        self.query_seconds = float(query_seconds or values["runner.poll_frequency"])
        self.heartbeat_seconds = heartbeat_seconds or values["flows.heartbeat_frequency"]
        self.limit: int | None = values["runner.process_limit"] if limit is NotSet else limit  # pyright: ignore[reportAttributeAccessIssue]
        self.pause_on_shutdown = pause_on_shutdown
        self.webserver = webserver
        self.started = False
        self.stopping = False
        self._prefetch_seconds = prefetch_seconds
        self._served: dict[str, RunnerDeployment] = {}
        self._pulls = pulling.Pulls()
        self._supervisor = Supervisor(Grace())
        self._intake: Intake | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last_polled_us: int | None = None
        self._logger = get_logger("runner")

    @property
    def last_polled(self) -> datetime | None:
        """When runs were asked for last."""
        return None if self._last_polled_us is None else clock.to_datetime(self._last_polled_us)

    @last_polled.setter
    def last_polled(self, value: datetime | None) -> None:
        self._last_polled_us = None if value is None else round(value.timestamp() * 1e6)

    # -- what is served -----------------------------------------------------------------------------

    async def aadd_deployment(self, deployment: RunnerDeployment) -> UUID:
        """Register a deployment and serve it; see :meth:`add_deployment`."""
        storage = deployment.storage
        if storage is not None and not isinstance(storage, LocalStorage):
            deployment._path = await self._pulls.add(storage)  # pyright: ignore[reportPrivateUsage]
        deployment_id = await deployment.aapply()
        self._served[str(deployment_id)] = deployment
        return deployment_id

    @async_dispatch(aadd_deployment)
    def add_deployment(self, deployment: RunnerDeployment) -> Any:
        """Register a deployment and serve it; its id. In async code a coroutine."""
        return run_coro_as_sync(self.aadd_deployment(deployment))

    async def aadd_flow(
        self,
        flow: Flow[Any, Any],
        name: str | None = None,
        interval: Any = None,
        cron: Any = None,
        rrule: Any = None,
        paused: bool | None = None,
        schedule: Any = None,
        schedules: Any = None,
        concurrency_limit: Any = None,
        parameters: dict[str, Any] | None = None,
        triggers: list[Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        enforce_parameter_schema: bool = True,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        timezone: str | None = None,
    ) -> UUID:
        """Register a flow as a deployment and serve it; see :meth:`add_flow`."""
        deployment = deployments.RunnerDeployment.from_flow(
            flow,
            name or self.name,
            interval=interval,
            cron=cron,
            rrule=rrule,
            paused=paused,
            schedule=schedule,
            schedules=schedules,
            concurrency_limit=concurrency_limit,
            parameters=parameters,
            triggers=triggers,
            description=description,
            tags=tags,
            version=version,
            enforce_parameter_schema=enforce_parameter_schema,
            entrypoint_type=entrypoint_type,
            timezone=timezone,
        )
        return await self.aadd_deployment(deployment)

    @async_dispatch(aadd_flow)
    def add_flow(self, flow: Flow[Any, Any], name: str | None = None, **options: Any) -> Any:
        """Register `flow` as a deployment named `name` (by default as the runner) and serve it; its id.

        The options are those of `Flow.to_deployment`. In async code a coroutine.
        """
        return run_coro_as_sync(self.aadd_flow(flow, name, **options))

    # -- serving ------------------------------------------------------------------------------------

    async def start(self, run_once: bool = False, webserver: bool | None = None) -> None:
        """Execute runs until the runner is stopped, by :meth:`stop`, SIGINT or SIGTERM.

        :param run_once: start what is due now, and return when that has ended
        :param webserver: instead of what the runner was made with
        """
        execution.refuse_while_loading("Runner.start")
        self._loop = asyncio.get_running_loop()
        self._intake = Intake(self._claims(), self._polls, self._execute, self.limit, self._note_poll)
        if webserver if webserver is not None else self.webserver:
            threading.Thread(target=webservers.start_webserver, args=(self,), daemon=True).start()
        self.started = True
        try:
            with keeping.leading(), ended_by_signals(self._told_to_end):
                with contextlib.suppress(NoTemplate):
                    await self._supervisor.templates.warm()
                async with self._pulls:
                    if run_once:
                        await self._once()
                    else:
                        await self._intake.until_stopped()
                    await self._shut_down(run_once)
        finally:
            self.started = False
            await self._supervisor.close()

    async def _once(self) -> None:
        assert self._intake is not None
        source = self._intake.source = self._polls()
        source.waits = False
        await self._intake.once()
        await self._intake.all_ended()

    def _claims(self) -> Claims:
        def body() -> dict[str, Any]:
            return {"deployment_ids": list(self._served)}

        return Claims(named("claims.deployments"), {}, body, self.query_seconds)

    def _polls(self) -> Polls:
        operation = operation_named("deployments.get_scheduled_flow_runs")

        async def look(before: str) -> Any:
            body = {"deployment_ids": list(self._served), "scheduled_before": before}
            return await choose.awaiting().call(operation, body=body)

        return Polls(look, self.query_seconds, self._supervisor.flights.__contains__)

    def _note_poll(self) -> None:
        self._last_polled_us = clock.system.now_us()

    async def _execute(self, claimed: Claimed) -> int | None:
        deployment = self._served.get(claimed.run["deployment_id"])
        env: dict[str, str | None] = {}
        directory: str | None = None
        if deployment is not None:
            await self._pulls.freshen(deployment.storage)
            directory = deployment._directory  # pyright: ignore[reportPrivateUsage]
            env[execution.BASE_PATH] = str(self._pulls.base)
        self._logger.info("Flow run %r is started in a process of its own", claimed.run.get("name"))
        return await self._supervisor.execute(claimed.run, claimed.attempt, directory=directory, env=env)

    # -- the end ------------------------------------------------------------------------------------

    def _told_to_end(self, number: int) -> None:
        if self.stopping:
            self._logger.warning("Told again to end: runs are killed.")
            self._supervisor.grace = Grace(0.0, 0.0)
            for flight in list(self._supervisor.flights.values()):
                if flight.child is not None:
                    child.send_to_group(flight.child.pid, signal.SIGKILL)
        self._stop()

    def _stop(self) -> None:
        self.stopping = True
        if self._intake is not None:
            if isinstance(self._intake.source, Claims):
                self._intake.source.stopped.set()
            self._intake.stopping.set()

    async def _shut_down(self, awaits: bool) -> None:
        assert self._intake is not None
        if self.pause_on_shutdown and not awaits:
            await self._pause_schedules()
        if not awaits:
            await self._supervisor.end_all("cancel")
        await self._intake.all_ended()

    async def _pause_schedules(self) -> None:
        if not self._served:
            return
        self._logger.info("Pausing all deployments...")
        for deployment_id in self._served:
            try:
                body = {"paused": True}
                await choose.awaiting().call(named("deployments.update"), id=deployment_id, body=body)
            except OperationError as error:
                self._logger.warning("Deployment %s cannot be paused: %s", deployment_id, error)
        self._logger.info("All deployments have been paused!")

    def handle_sigterm(self, *args: Any, **kwargs: Any) -> None:
        """End as SIGTERM asks: stop taking runs, end those that go on."""
        del args, kwargs
        self._told_to_end(15)

    async def astop(self) -> None:
        """Have :meth:`start` return: no more runs are taken, those that go on are cancelled."""
        loop = self._loop
        if loop is None or not self.started:
            raise RuntimeError("The runner has not been started.")
        loop.call_soon_threadsafe(self._stop)

    @async_dispatch(astop)
    def stop(self) -> Any:
        """Have :meth:`start`, which runs in another thread, return. In async code a coroutine."""
        return run_coro_as_sync(self.astop())

    async def cancel_all(self) -> None:
        """Cancel all runs that go on here; returns when they have ended."""
        await self._supervisor.end_all("cancel")

    def reschedule_current_flow_runs(self) -> None:
        """Hand the runs that go on here back, so that they are started anew elsewhere."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._supervisor.end_all("reschedule"), self._loop)

    # -- single runs --------------------------------------------------------------------------------

    async def execute_flow_run(
        self,
        flow_run_id: UUID,
        entrypoint: str | None = None,
        command: str | None = None,
        cwd: Path | str | None = None,
        env: dict[str, str | None] | None = None,
        task_status: Any = None,
        stream_output: bool = True,
    ) -> Any:
        """Execute one flow run in a process, and return when that has ended.

        :param entrypoint: where its flow is, instead of what its deployment says
        :param command: what to start instead of an interpreter that executes the run
        :param task_status: is told the process id as soon as there is one
        """
        link = choose.awaiting()
        run = await link.call(named("flow_runs.read"), id=str(flow_run_id))
        claimed = await claims.take(run) if run["state_type"] == "SCHEDULED" else Claimed(run)
        if claimed is None:
            self._logger.info("Flow run %r is not to be started here", run["name"])
            return None
        changes = dict(env or {})
        if entrypoint is not None:
            changes[execution.ENTRYPOINT] = entrypoint
        return await self._supervisor.execute(
            run,
            claimed.attempt or _attempt_here(),
            directory=str(cwd) if cwd is not None else None,
            env=changes,
            command=command,
            stream_output=stream_output,
            on_started=task_status.started if task_status is not None else None,
        )

    async def execute_bundle(
        self,
        bundle: SerializedBundle,
        cwd: Path | str | None = None,
        env: dict[str, str | None] | None = None,
    ) -> None:
        """Execute the run of a packed flow in a process, and return when that has ended.

        :param cwd: the working directory of the process
        :param env: what differs in its environment; None takes a variable away
        """
        await executing.supervise_bundle(bundle, self._supervisor, cwd=cwd, env=env)

    def execute_in_background(
        self, func: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> concurrent.futures.Future[Any]:
        """Have the runner's loop run an async function; a future of its value."""
        if self._loop is None:
            raise RuntimeError("The runner has not been started.")
        return asyncio.run_coroutine_threadsafe(func(*args, **kwargs), self._loop)

    def has_slots_available(self) -> bool:
        """Whether another run may be started."""
        return self._intake is None or self._intake.room > 0

    @property
    def run_count(self) -> int:
        """How many runs go on."""
        return len(self._supervisor.flights)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self.started = True
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        async with self._pulls:
            await self._supervisor.end_all("cancel")
            await self._supervisor.close()
        self.started = False


def _attempt_here() -> int | None:
    given = os.environ.get(execution.ATTEMPT, "")
    return int(given) if given.isdecimal() else None
