"""The base of all workers: it gets runs of a pool, makes their jobs, and looks after both.

A type of infrastructure is a subclass with a `type`, a `job_configuration`, `job_configuration_variables` and
the method `run`.
"""

from __future__ import annotations

import abc
import asyncio
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID, uuid4

import anyio

from prefect._base import clock, lazy, owner
from prefect._base.errors import NotFound
from prefect._base.state import StateType
from prefect._fleet import claims
from prefect._fleet.claims import Claimed, Claims, Polls
from prefect._fleet.endings import explanation
from prefect._fleet.observing import FlowRunCancellingObserver
from prefect._fleet.runner.serving import Intake, ended_by_signals
from prefect._fleet.supervision import force
from prefect._fleet.worker import cancelling, cleaning, telling
from prefect._fleet.worker.channel import Channel, Pushed
from prefect._fleet.worker.configuration import (
    BaseJobConfiguration,
    BaseVariables,
    BaseWorkerResult,
    merged,
    return_v_or_none,
)
from prefect._fleet.worker.pools import Pool
from prefect._wire.operation import named
from prefect.blocks.core import Block as _Block  # noqa: F401  # pyright: ignore[reportUnusedImport] - collections register blocks
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.orchestration._operations import operation as operation_named
from prefect.client.schemas.objects import Flow as APIFlow
from prefect.client.schemas.objects import FlowRun, WorkPool
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import Abort, InfrastructureNotAvailable, InfrastructureNotFound, ObjectNotFound
from prefect.logging.loggers import PrefectLogAdapter, flow_run_logger, get_worker_logger
from prefect.settings import active, get_current_settings
from prefect.utilities.dispatch import get_registry_for_type, register_base_type
from prefect.utilities.slugify import slugify

if TYPE_CHECKING:
    from prefect.flows import Flow
    from prefect.futures import PrefectFlowRunFuture

choose: Any = lazy.module("prefect._link.choose")
keeping: Any = lazy.module("prefect._link.keeping")
collections: Any = lazy.module("prefect.blocks._registry")
servers: Any = lazy.module("prefect.workers.server")
submitting: Any = lazy.module("prefect._fleet.worker.submitting")
threading: Any = lazy.module("threading")

C = TypeVar("C", bound=BaseJobConfiguration)
V = TypeVar("V", bound=BaseVariables)
R = TypeVar("R", bound=BaseWorkerResult)

__all__ = [
    "APIFlow",
    "Abort",
    "BaseJobConfiguration",
    "BaseVariables",
    "BaseWorker",
    "BaseWorkerResult",
    "FlowRunCancellingObserver",
    "InfrastructureNotAvailable",
    "InfrastructureNotFound",
    "ObjectNotFound",
    "PrefectClient",
    "WorkPool",
    "get_client",
    "get_current_settings",
    "return_v_or_none",
]


class _Started:
    """What `run` tells that its job has begun, and as what."""

    def __init__(self) -> None:
        self._value: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def started(self, value: Any = None) -> None:
        """The job has begun; `value` identifies it."""
        if not self._value.done():
            self._value.set_result(value)

    @property
    def has_begun(self) -> bool:
        return self._value.done()

    @property
    def value(self) -> Any:
        return self._value.result() if self._value.done() else None

    async def wait(self) -> Any:
        return await asyncio.shield(self._value)


@register_base_type
class BaseWorker(abc.ABC, Generic[C, V, R]):
    """Takes runs of a work pool and starts a job for each.

    :param work_pool_name: the pool; a missing one is created, unless `create_pool_if_not_found` is False
    :param work_queues: the queues to take runs of; all of the pool, if not given
    :param name: the name of the worker
    :param prefetch_seconds: how long before they are due runs are taken; by default `worker.prefetch_seconds`
    :param limit: how many jobs at a time; None for any number
    :param heartbeat_interval_seconds: how often the worker tells that it is there
    :param base_job_template: the template of a pool that is created here
    """

    type: str
    job_configuration: type[C] = BaseJobConfiguration  # pyright: ignore[reportAssignmentType]
    job_configuration_variables: type[V] | None = None

    _documentation_url: ClassVar[str] = ""
    _logo_url: ClassVar[str] = ""
    _description: ClassVar[str] = ""
    cleanup_handlers: ClassVar[tuple[Any, ...]] = ()
    cleanup_max_concurrency: ClassVar[int | None] = None

    def __init__(
        self,
        work_pool_name: str,
        work_queues: list[str] | None = None,
        name: str | None = None,
        prefetch_seconds: float | None = None,
        create_pool_if_not_found: bool = True,
        limit: int | None = None,
        heartbeat_interval_seconds: int | None = None,
        *,
        base_job_template: dict[str, Any] | None = None,
    ) -> None:
        if name and ("/" in name or "%" in name):
            raise ValueError("The name of a worker has no '/' and no '%'.")
        values = active()
        self.name = name or f"{self.__class__.__name__} {uuid4()}"
        self.backend_id: UUID | None = None
        self.is_setup = False
        self._started_event: Any = None
        self._logger = get_worker_logger(self)
        self._work_pool_name = work_pool_name
        self._work_queues: set[str] = set(work_queues or ())
        self._prefetch_seconds: float = (
            values["worker.prefetch_seconds"] if prefetch_seconds is None else prefetch_seconds
        )
        self.heartbeat_interval_seconds: float = (
            heartbeat_interval_seconds or values["worker.heartbeat_seconds"]
        )
        self._create_pool_if_not_found = create_pool_if_not_found
        self._base_job_template = base_job_template
        self._limit = limit
        self._limiter: anyio.CapacityLimiter | None = None
        self._client: PrefectClient | None = None
        self._pool = Pool(self)
        self._submitting_flow_run_ids: set[UUID] = set()
        self._attempts: dict[str, int | None] = {}
        self._last_polled_us: int | None = None
        self._intake: Intake | None = None
        self._channel: Channel | None = None
        self._runs: set[asyncio.Task[Any]] = set()
        self._background: set[asyncio.Task[Any]] = set()

    @classmethod
    def __dispatch_key__(cls) -> str | None:
        """The name under which `get_worker_class_from_type` finds the class."""
        return getattr(cls, "type", None)

    # -- the type of worker -------------------------------------------------------------------------

    @classmethod
    def get_documentation_url(cls) -> str:
        """Where this type of worker is explained."""
        return cls._documentation_url

    @classmethod
    def get_logo_url(cls) -> str:
        """The picture of this type of worker."""
        return cls._logo_url

    @classmethod
    def get_description(cls) -> str:
        """What this type of worker is for."""
        return cls._description

    @classmethod
    def get_default_base_job_template(cls) -> dict[str, Any]:
        """The template of a new pool of this type."""
        if cls.job_configuration_variables is None:
            schema = cls.job_configuration.model_json_schema()
            # templates of fields are for the configuration, not for those who fill in variables
            for described in schema["properties"].values():
                described.pop("template", None)
        else:
            schema = cls.job_configuration_variables.model_json_schema()
        variables: dict[str, Any] = {"type": "object", "properties": schema["properties"]}
        for key in ("required", "definitions", "$defs"):
            if key in schema:
                variables[key] = schema[key]
        return {"job_configuration": cls.job_configuration.json_template(), "variables": variables}

    @staticmethod
    def get_worker_class_from_type(type: str) -> type[BaseWorker[Any, Any, Any]] | None:
        """The class of workers of a type, also of an installed package; None if there is none."""
        collections.load_prefect_collections()
        _load_own()
        registry = get_registry_for_type(BaseWorker)
        return registry.get(type) if registry else None

    @staticmethod
    def get_all_available_worker_types() -> list[str]:
        """The types of workers that are installed."""
        collections.load_prefect_collections()
        _load_own()
        return sorted(get_registry_for_type(BaseWorker) or {})

    @property
    def cleanup_handler_registry(self) -> Any:
        """The handlers of messages about infrastructure to remove."""
        return self.cleanup_handlers

    @property
    def handled_cleanup_kinds(self) -> tuple[Any, ...]:
        """The kinds of such messages: who can end jobs ends those of runs that were cancelled and went on."""
        kinds = [handler.kind for handler in self.cleanup_handlers]
        ends_jobs = type(self).kill_infrastructure is not BaseWorker.kill_infrastructure
        if ends_jobs and cleaning.CANCELLING_TIMEOUT not in kinds:
            kinds.append(cleaning.CANCELLING_TIMEOUT)
        return tuple(kinds)

    @property
    def max_cleanup_concurrency(self) -> int:
        """How many of them are handled at a time."""
        return self.cleanup_max_concurrency or (1 if self.handled_cleanup_kinds else 0)

    # -- this worker ----------------------------------------------------------------------------------

    @property
    def client(self) -> PrefectClient:
        """The client of the worker while it is set up; raises `ValueError` before."""
        if self._client is None:
            raise ValueError("The worker has not been set up.")
        return self._client

    @property
    def work_pool(self) -> WorkPool:
        """The pool as it was read last; raises `ValueError` before."""
        if self._work_pool is None:
            raise ValueError("The work pool has not been read.")
        return self._work_pool

    @property
    def _work_pool(self) -> WorkPool | None:
        return self._pool.known

    @_work_pool.setter
    def _work_pool(self, value: WorkPool | None) -> None:
        self._pool.known = value

    @property
    def limiter(self) -> anyio.CapacityLimiter:
        """The limit of jobs; raises `ValueError` before the worker is set up."""
        if self._limiter is None:
            raise ValueError("The worker has not been set up.")
        return self._limiter

    def get_name_slug(self) -> str:
        """The name in letters, digits and dashes."""
        return slugify(self.name)

    def get_flow_run_logger(self, flow_run: FlowRun) -> PrefectLogAdapter:
        """A logger whose lines belong to a run."""
        extra = {
            "worker_name": self.name,
            "work_pool_name": self._work_pool_name,
            "work_pool_id": str(self._work_pool.id) if self._work_pool else "<unknown>",
        }
        return flow_run_logger(flow_run, **extra).getChild("worker", extra=extra)

    def get_status(self) -> dict[str, Any]:
        """What the worker knows of itself."""
        return {
            "name": self.name,
            "work_pool": self._work_pool.model_dump(mode="json") if self._work_pool else None,
            "settings": {"prefetch_seconds": self._prefetch_seconds},
        }

    def is_worker_still_polling(self, query_interval_seconds: float) -> bool:
        """Whether the worker asked for runs lately: in the last thirty intervals."""
        if self._last_polled_us is None:
            return True
        ago_s = (clock.system.now_us() - self._last_polled_us) / 1e6
        return ago_s <= query_interval_seconds * 30

    # -- life -------------------------------------------------------------------------------------------

    async def start(
        self,
        run_once: bool = False,
        with_healthcheck: bool = False,
        printer: Callable[..., None] = print,
    ) -> None:
        """Take runs and start jobs until SIGINT or SIGTERM.

        :param run_once: take what there is, and return when that has ended
        :param with_healthcheck: answer requests about the health of the worker
        :param printer: is given what is to be shown
        """
        query_s: float = active()["worker.query_seconds"]
        if with_healthcheck:
            threading.Thread(
                target=servers.start_healthcheck_server,
                args=(self, query_s),
                name="prefect-worker-health",
                daemon=True,
            ).start()
        with keeping.leading():
            async with self:
                printer(f"Worker {self.name!r} started!")
                with ended_by_signals(lambda _: self._stop()):
                    await self._serve(run_once, query_s)
        printer(f"Worker {self.name!r} stopped!")

    async def _serve(self, run_once: bool, query_s: float) -> None:
        source = await self._source(query_s) if not run_once else self._claims(query_s)
        self._intake = Intake(source, self._polls, self._take, self._limit, self._note_poll)
        if run_once:
            source = self._intake.source = self._polls()
            source.waits = False
            await self._intake.once()
        else:
            self._later(self._sync_now_and_then())
            if active()["worker.enable_cancellation"]:
                self._later(cancelling.observe(self))
            await self._intake.until_stopped()
        await self._intake.all_ended()

    def _stop(self) -> None:
        if self._intake is not None:
            source = self._intake.source
            claims_ = source.asking if isinstance(source, Pushed) else source
            if isinstance(claims_, Claims):
                claims_.stopped.set()
            if self._channel is not None:
                self._later(self._channel.withdraw())
            self._intake.stopping.set()
            if self._intake.busy:
                self._logger.info("No more runs are taken; %d are still going on.", self._intake.busy)

    async def setup(self) -> None:
        """Get ready to start jobs."""
        self._logger.debug("Setting up worker...")
        self._limiter = anyio.CapacityLimiter(self._limit) if self._limit is not None else None
        self._client = get_client()
        await self._client.__aenter__()
        self.is_setup = True
        await self.sync_with_backend()

    async def teardown(self, *exc_info: Any) -> None:
        """Give back what `setup` has taken; jobs that were started go on."""
        self._logger.debug("Tearing down worker...")
        self.is_setup = False
        if self._channel is not None:
            await self._channel.close()
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, *self._runs, return_exceptions=True)
        if self._client is not None:
            telling.stopped(self)
            await self._client.__aexit__(*(exc_info or (None, None, None)))
        self._client = None

    async def __aenter__(self) -> Self:
        await self.setup()
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self.teardown(*exc_info)

    def _later(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task

    # -- the pool ---------------------------------------------------------------------------------------

    async def sync_with_backend(self) -> None:
        """Read the pool, create it if it is to be, and tell that the worker is there."""
        await self._pool.sync()

    async def _sync_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(self._pool.pause_s())
            if self._channel is None or not self._channel.is_open:  # what it does is done there
                await self.sync_with_backend()

    # -- getting runs -----------------------------------------------------------------------------------

    async def _source(self, query_s: float) -> Claims | Pushed:
        """Where runs come from: with a server from its channel, if there is one."""
        asking = self._claims(query_s)
        if not active()["api.url"]:
            return asking
        self._channel = Channel(self)
        self._later(self._channel.keep())
        await self._channel.settled.wait()
        return Pushed(self._channel, asking)

    def _claims(self, query_s: float) -> Claims:
        def body() -> dict[str, Any]:
            return {"work_queue_names": sorted(self._work_queues)} if self._work_queues else {}

        operation = operation_named("work_pools.claim")
        return Claims(operation, {"name": self._work_pool_name}, body, query_s)

    def _polls(self) -> Polls:
        operation = operation_named("work_pools.get_scheduled_flow_runs")

        async def look(before: str) -> list[dict[str, Any]]:
            body: dict[str, Any] = {"scheduled_before": before}
            if self._work_queues:
                body["work_queue_names"] = sorted(self._work_queues)
            try:
                link = choose.awaiting()
                found = await link.call(operation, name=self._work_pool_name, body=body)
            except NotFound:  # the pool or a queue is not there yet
                return []
            return [each["flow_run"] for each in found]

        def busy(run_id: str) -> bool:
            return UUID(run_id) in self._submitting_flow_run_ids

        return Polls(look, active()["worker.query_seconds"], busy)

    def _note_poll(self) -> None:
        self._last_polled_us = clock.system.now_us()

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Take the runs that are due, as many as there is room for, and start their jobs; those runs."""
        client = self.client
        found = await client.get_scheduled_flow_runs_for_work_pool(
            work_pool_name=self._work_pool_name,
            work_queue_names=sorted(self._work_queues) or None,
            scheduled_before=datetime.now(UTC) + timedelta(seconds=self._prefetch_seconds),
        )
        self._note_poll()
        taken: list[FlowRun] = []
        for each in found:
            if self._limit is not None and len(self._submitting_flow_run_ids) >= self._limit:
                break
            if each.flow_run.id in self._submitting_flow_run_ids:
                continue
            claimed = await claims.take(await self._read(each.flow_run.id))
            if claimed is not None:
                task = asyncio.get_running_loop().create_task(self._take(claimed))
                self._runs.add(task)
                task.add_done_callback(self._runs.discard)
                taken.append(each.flow_run)
        return taken

    async def _read(self, run_id: UUID) -> dict[str, Any]:
        return await choose.awaiting().call(named("flow_runs.read"), id=str(run_id))

    # -- starting jobs ----------------------------------------------------------------------------------

    async def _take(self, claimed: Claimed) -> None:
        """Start the job of a run that is ours, and stay until it has ended."""
        flow_run = FlowRun.model_validate(claimed.run)
        self._submitting_flow_run_ids.add(flow_run.id)
        self._attempts[claimed.id] = claimed.attempt
        logger = self.get_flow_run_logger(flow_run)
        logger.info("Worker '%s' submitting flow run '%s'", self.name, flow_run.id)
        status = _Started()
        try:
            configuration = await self._configured(flow_run, claimed)
            owner.attempts.pop(claimed.id, None)
            if configuration is None:
                return
            await self._submit(flow_run, configuration, status)
        finally:
            self._attempts.pop(claimed.id, None)
            self._submitting_flow_run_ids.discard(flow_run.id)

    async def _configured(self, flow_run: FlowRun, claimed: Claimed) -> C | None:
        try:
            deployment = await self._deployment_of(flow_run, claimed)
            return await self._get_configuration(flow_run, deployment, claimed.flow)
        except ObjectNotFound:
            message = f"Deployment {flow_run.deployment_id} no longer exists, cancelled run."
            await force(str(flow_run.id), StateType.CANCELLED, message)
        except Exception as error:  # noqa: BLE001 - templates and blocks are the user's
            self.get_flow_run_logger(flow_run).exception("The job of the flow run cannot be configured.")
            await self._crash(flow_run, f"Failed to configure infrastructure: {_described(error)}")
        return None

    async def _deployment_of(self, flow_run: FlowRun, claimed: Claimed) -> DeploymentResponse | None:
        if claimed.deployment is not None:
            return DeploymentResponse.model_validate(claimed.deployment)
        if flow_run.deployment_id is None:
            return None
        return await self.client.read_deployment(flow_run.deployment_id)

    async def _get_configuration(
        self, flow_run: FlowRun, deployment: DeploymentResponse | None = None, flow: Any = None
    ) -> C:
        """The configuration of the job of a run."""
        if flow is None:
            flow = await self.client.read_flow(flow_run.flow_id)
        elif isinstance(flow, dict):
            flow = APIFlow.model_validate(flow)
        pool = self.work_pool
        configuration = await self.job_configuration.from_template_and_values(
            base_job_template=pool.base_job_template,
            values=merged(deployment.job_variables if deployment else {}, flow_run.job_variables or {}),
            client=self.client,
        )
        try:
            configuration.prepare_for_flow_run(
                flow_run=flow_run,
                deployment=deployment,
                flow=flow,
                work_pool=pool,
                worker_name=self.name,
                worker_id=self.backend_id,
            )
        except TypeError as error:
            if "worker_id" not in str(error):
                raise
            warnings.warn(
                f"{type(configuration).__name__}.prepare_for_flow_run takes no `worker_id`; add it.",
                DeprecationWarning,
                stacklevel=2,
            )
            configuration.prepare_for_flow_run(
                flow_run=flow_run, deployment=deployment, flow=flow, work_pool=pool, worker_name=self.name
            )
        return configuration

    async def _submit(self, flow_run: FlowRun, configuration: C, status: _Started) -> None:
        self._later(self._note_start(flow_run, status))
        submitted = telling.submitted(self, configuration)
        try:
            result = await self.run(flow_run=flow_run, task_status=status, configuration=configuration)  # pyright: ignore[reportArgumentType]
        except Exception as error:
            logger = self.get_flow_run_logger(flow_run)
            if status.has_begun:
                logger.exception("The job of the flow run cannot be watched any more.")
                return
            logger.exception("Failed to submit flow run to infrastructure.")
            await self._crash(flow_run, f"Failed to submit flow run to infrastructure: {_described(error)}")
            return
        status.started(None)
        if result is None:  # pyright: ignore[reportUnnecessaryComparison]
            return
        if result.status_code != 0:
            why = explanation(result.status_code) or ""
            message = f"Flow run infrastructure exited with non-zero status code {result.status_code}. {why}"
            await self._crash(flow_run, message.strip())
        telling.executed(self, configuration, result, submitted)

    async def _note_start(self, flow_run: FlowRun, status: _Started) -> None:
        """Keep what identifies the job with the run, beside its way."""
        try:
            link = choose.awaiting()
            labels = {
                "prefect.worker.name": self.name,
                "prefect.worker.type": self.type,
                "prefect.work-pool.name": self.work_pool.name,
                "prefect.work-pool.id": str(self.work_pool.id),
            }
            await link.call(named("flow_runs.update_labels"), id=str(flow_run.id), body=labels)
            pid = await status.wait()
            if pid is not None:
                body = {"infrastructure_pid": str(pid)}
                await link.call(named("flow_runs.update"), id=str(flow_run.id), body=body)
        except Exception:
            self._logger.debug("What the job of a run is could not be noted.", exc_info=True)

    async def _crash(self, flow_run: FlowRun, message: str) -> None:
        """The run has crashed, unless it has ended by itself."""
        state = (await self._read(flow_run.id)).get("state")
        if state is not None and StateType(state["type"]) in _ENDED:
            return
        self.get_flow_run_logger(flow_run).error("%s", message)
        await force(str(flow_run.id), StateType.CRASHED, message, self._attempts.get(str(flow_run.id)))

    async def _propose_crashed_state(self, flow_run: FlowRun, message: str, client: Any = None) -> None:
        """What workers of packages call for a job of which they know that it will tell nothing more."""
        del client
        await self._crash(flow_run, message)

    # -- events -----------------------------------------------------------------------------------------

    def _event_resource(self) -> dict[str, str]:
        """This worker, as events name it; workers of packages add events of their own."""
        return telling.resource(self)

    def _event_related_resources(
        self, configuration: BaseJobConfiguration | None = None, include_self: bool = False
    ) -> list[Any]:
        """What takes part in events of this worker: the job, if there is one, and the pool."""
        return telling.related(self, configuration, with_worker=include_self)

    # -- for types of infrastructure --------------------------------------------------------------------

    @abc.abstractmethod
    async def run(self, flow_run: FlowRun, configuration: C, task_status: Any = None) -> R:
        """Start the job of a run, call ``task_status.started(id)`` when it has begun, wait for its end."""

    async def kill_infrastructure(
        self, infrastructure_pid: str, configuration: C, grace_seconds: int = 30
    ) -> None:
        """End a job; raises `InfrastructureNotFound` and `InfrastructureNotAvailable`."""
        raise NotImplementedError(f"Workers of type {self.type!r} cannot end jobs.")

    async def submit(
        self,
        flow: Flow[..., Any],
        parameters: dict[str, Any] | None = None,
        job_variables: dict[str, Any] | None = None,
        flow_run: FlowRun | None = None,
    ) -> PrefectFlowRunFuture[Any]:
        """Run a flow of this program on the infrastructure of the worker; a future of its run."""
        return await submitting.submit(self, flow, parameters, job_variables, flow_run)


_ENDED = frozenset(
    {StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED, StateType.PAUSED}
)


def _described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _load_own() -> None:
    import prefect.workers.process  # noqa: F401  # pyright: ignore[reportUnusedImport] - registers itself
