"""Flows that are bound to infrastructure: each call becomes a job of a work pool."""

from __future__ import annotations

import asyncio
import contextvars
import json
import shlex
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from prefect._base import ids, lazy
from prefect._base.ports import AWAITING
from prefect._base.state import StateType
from prefect._engine import inputs, params, scope
from prefect._fleet import claims
from prefect._fleet.supervision import force
from prefect._wire.operation import named
from prefect.flows import Flow
from prefect.utilities.annotations import NotSet
from prefect.utilities.asyncutils import run_coro_as_sync
from prefect.utilities.callables import get_call_parameters

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun
    from prefect.futures import PrefectFlowRunFuture
    from prefect.workers.base import BaseWorker

bundles: Any = lazy.module("prefect.bundles")
choose: Any = lazy.module("prefect._link.choose")
clients: Any = lazy.module("prefect.client.orchestration")
futures: Any = lazy.module("prefect.futures")
models: Any = lazy.module("prefect.client.schemas.objects")

Json = dict[str, Any]
_OWN = ("work_pool", "job_variables", "worker_cls", "launcher", "include_files", "include_files_base_dir")


class InfrastructureBoundFlow(Flow[..., Any]):
    """A flow of which each call is a job of a work pool; made by `bind_flow_to_infrastructure`."""

    def __init__(
        self,
        *args: Any,
        work_pool: str,
        job_variables: dict[str, Any],
        worker_cls: type[BaseWorker[Any, Any, Any]],
        launcher: Any = None,
        include_files: Sequence[str] | None = None,
        include_files_base_dir: Path | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.work_pool = work_pool
        self.job_variables = job_variables
        self.worker_cls = worker_cls
        self.launcher = launcher
        self.include_files = list(include_files) if include_files is not None else None
        self.include_files_base_dir = include_files_base_dir

    def __call__(
        self,
        *args: Any,
        return_state: bool = False,
        wait_for: Iterable[Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Run the flow as a job of the pool, and give its result; a coroutine for an ``async def``."""
        running = self._ended(get_call_parameters(self.fn, args, kwargs), wait_for, return_state)
        return running if self.isasync else run_coro_as_sync(running)

    async def _ended(
        self, parameters: Json, wait_for: Iterable[Any] | None, return_state: bool, flow_run: Any = None
    ) -> Any:
        if wait_for is not None:
            await inputs.wait_for_futures(inputs.futures_in(list(wait_for)), AWAITING)
        async with self.worker_cls(work_pool_name=self.work_pool) as worker:
            future = await submit_to_worker(worker, self, parameters, self.job_variables, flow_run)
            await future.wait_async()
        if return_state:
            return future.state
        return await future.aresult()

    def submit(self, *args: Any, **kwargs: Any) -> PrefectFlowRunFuture[Any]:
        """Start a job of the pool from here; the future of its run. The program stays until it ends."""
        parameters = get_call_parameters(self.fn, args, kwargs)
        made: Future[Any] = Future()
        context = contextvars.copy_context()

        async def work() -> None:
            async with self.worker_cls(work_pool_name=self.work_pool) as worker:
                future = await submit_to_worker(worker, self, parameters, self.job_variables, None)
                made.set_result(future)
                await future.wait_async()

        def run() -> None:
            try:
                context.run(asyncio.run, work())
            except BaseException as error:
                if made.done():
                    raise
                made.set_exception(error)

        threading.Thread(target=run, name=f"prefect-submit-{self.name}").start()
        return made.result()

    def submit_to_work_pool(self, *args: Any, **kwargs: Any) -> PrefectFlowRunFuture[Any]:
        """Have a worker of the pool run the flow; the future of its run.

        The bundle goes to the storage of the pool. Raises `RuntimeError` for a pool that has none.
        """
        return run_coro_as_sync(self._to_pool(get_call_parameters(self.fn, args, kwargs)))  # pyright: ignore[reportReturnType]

    async def _to_pool(self, parameters: Json) -> Any:
        async with clients.get_client() as client:
            pool = await client.read_work_pool(self.work_pool)
            upload, execution = _storage_of(pool)
            run_id = ids.new_id()
            variables = {**self.job_variables, "command": _execution_command(self, run_id, execution)}
            run = await _created(unbound(self), parameters, variables, self.work_pool, "PENDING", run_id)
            try:
                await _uploaded(self, run, upload)
                body = {"state": {"type": "SCHEDULED", "name": "Scheduled"}}
                await choose.awaiting().call(named("flow_runs.set_state"), id=run_id, body=body)
            except BaseException as error:
                await force(str(run.id), StateType.FAILED, f"Flow run submission failed: {error!r}")
                raise
        return futures.PrefectFlowRunFuture(run.id)

    async def retry(self, flow_run: FlowRun) -> Any:
        """Run a flow run of this flow again, as a job of the pool; its result."""
        state = {"type": "SCHEDULED", "name": "AwaitingRetry"}
        body = {"state": state, "force": True}
        await choose.awaiting().call(named("flow_runs.set_state"), id=str(flow_run.id), body=body)
        return await self._ended(dict(flow_run.parameters), None, False, flow_run)

    def with_options(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        *,
        job_variables: dict[str, Any] | None = None,
        launcher: Any = NotSet,
        include_files: Any = NotSet,
        include_files_base_dir: Any = NotSet,
        **options: Any,
    ) -> InfrastructureBoundFlow:
        """The flow with other options, on the same infrastructure; see `Flow.with_options`."""

        def kept(value: Any, own: Any) -> Any:
            return own if value is NotSet else value

        return bind_flow_to_infrastructure(
            unbound(self).with_options(**options),
            self.work_pool,
            self.worker_cls,
            self.job_variables if job_variables is None else job_variables,
            kept(launcher, self.launcher),
            kept(include_files, self.include_files),
            include_files_base_dir=kept(include_files_base_dir, self.include_files_base_dir),
        )


def bind_flow_to_infrastructure(
    flow: Flow[..., Any],
    work_pool: str,
    worker_cls: type[BaseWorker[Any, Any, Any]],
    job_variables: dict[str, Any] | None = None,
    launcher: Any = None,
    include_files: Sequence[str] | None = None,
    *,
    include_files_base_dir: Path | str | None = None,
) -> InfrastructureBoundFlow:
    """A flow of which each call is a job of a pool; what the decorators of infrastructure do.

    :param worker_cls: the type of worker that starts the jobs
    :param job_variables: values for the template of the pool
    :param launcher: the beginning of the commands that handle bundles, for each side or for both
    :param include_files: paths and patterns of files that the flow needs
    :param include_files_base_dir: from where these count; by default where the code of the flow is
    """
    made = InfrastructureBoundFlow.__new__(InfrastructureBoundFlow)
    made.__dict__.update(flow.__dict__)
    made.work_pool = work_pool
    made.worker_cls = worker_cls
    made.job_variables = dict(job_variables or {})
    made.launcher = launcher
    made.include_files = list(include_files) if include_files is not None else None
    made.include_files_base_dir = include_files_base_dir
    return made


def unbound(flow: Any) -> Flow[..., Any]:
    """The flow without what binds it, as a job is to run it; its result is kept, so that it is found."""
    made: Any = Flow.__new__(Flow)
    made.__dict__.update({name: value for name, value in flow.__dict__.items() if name not in _OWN})
    if isinstance(flow, InfrastructureBoundFlow) and made.persist_result is None:
        made.persist_result = True
    return made


async def submit_to_worker(
    worker: Any, flow: Any, parameters: Json | None, job_variables: Json | None, flow_run: Any
) -> Any:
    """Start a job of a flow of this program on the infrastructure of a worker; the future of its run.

    A worker of processes gets the bundle in a file of this machine, others by the storage of their pool.
    Raises `RuntimeError` for a pool without storage.
    """
    pool = worker.work_pool
    is_here = worker.type == "process"
    upload, execution = ({}, {}) if is_here else _storage_of(pool)
    run = flow_run or await _created(unbound(flow), parameters or {}, job_variables or {}, None, "SCHEDULED")
    try:
        if is_here:
            place, command = _written(flow, run)
        else:
            place, command = None, _execution_command(flow, str(run.id), execution)
            await _uploaded(flow, run, upload)
        link = choose.awaiting()
        claimed = await claims.take(await link.call(named("flow_runs.read"), id=str(run.id)))
        if claimed is None:
            raise RuntimeError("the run was taken by somebody else, or is not to be started now")
    except BaseException as error:
        await force(str(run.id), StateType.FAILED, f"Flow run submission failed: {error!r}")
        raise

    # how this job begins is of no use to another one, so that it is not written
    variables = {**(run.job_variables or {}), **(job_variables or {}), "command": command}
    claimed = replace(claimed, run={**claimed.run, "job_variables": variables})

    async def work() -> None:
        try:
            await worker._take(claimed)
        finally:
            if place is not None:
                place.cleanup()

    task = asyncio.get_running_loop().create_task(work())
    worker._runs.add(task)
    task.add_done_callback(worker._runs.discard)
    return futures.PrefectFlowRunFuture(run.id)


async def _created(
    flow: Any,
    parameters: Json,
    job_variables: Json,
    pool: str | None,
    type_: str,
    run_id: str | None = None,
) -> Any:
    """The run, which nobody takes: it waits in no queue, or is not scheduled."""
    link = choose.awaiting()
    parameters = {name: inputs.resolved(value) for name, value in parameters.items()}
    flow_id = (await link.call(named("flows.create"), body={"name": flow.name}))["id"]
    body: Json = {
        "id": run_id or ids.new_id(),
        "flow_id": flow_id,
        "flow_version": flow.version,
        "parameters": params.told(
            flow.validate_parameters(parameters) if flow.should_validate_parameters else parameters
        ),
        "tags": sorted(scope.tag_scope.get()),
        "empirical_policy": {"retries": flow.retries, "retry_delay": int(flow.retry_delay_seconds or 0)},
        "job_variables": job_variables,
        "state": {"type": type_, "name": type_.capitalize()},
    }
    if pool is not None:
        body["work_pool_name"] = pool
    return models.FlowRun.model_validate(await link.call(named("flow_runs.create"), body=body))


def _written(flow: Any, run: Any) -> tuple[Any, str]:
    """The bundle in a file of this machine, and the command that executes it."""
    made = bundles.create_bundle_for_flow_run(flow, run)
    place = tempfile.TemporaryDirectory(prefix="prefect-bundle-", ignore_cleanup_errors=True)
    file = Path(place.name) / "bundle.json"
    bundle: Json = dict(made["bundle"])
    if made["zip_path"] is not None:
        archive = Path(place.name) / "files.zip"
        made["zip_path"].replace(archive)
        bundle["files_path"] = str(archive)
    file.write_text(json.dumps(bundle), encoding="utf-8")
    beginning = launcher_of(flow, "execution") or [sys.executable]
    return place, shlex.join([*beginning, "-m", "prefect.bundles.execute", "--key", str(file)])


async def _uploaded(flow: Any, run: Any, step: Json) -> None:
    """Upload the bundle of a run, under its id."""
    made = bundles.create_bundle_for_flow_run(flow, run)
    step = with_launcher(step, launcher_of(flow, "upload"))
    command = bundles.convert_step_to_command(step, str(run.id), quiet=True)
    await bundles.aupload_bundle_to_storage(made["bundle"], str(run.id), command, made["zip_path"], step)


def _execution_command(flow: Any, run_id: str, step: Json) -> str:
    """The command that fetches the bundle of a run and executes it."""
    step = with_launcher(step, launcher_of(flow, "execution"))
    return shlex.join(str(word) for word in bundles.convert_step_to_command(step, run_id))


def _storage_of(pool: Any) -> tuple[Json, Json]:
    """The steps that upload and execute bundles of a pool."""
    storage = pool.storage_configuration
    if storage.bundle_upload_step is None or storage.bundle_execution_step is None:
        raise RuntimeError(
            f"Storage is not configured for work pool {pool.name!r}, so that the flow cannot get there."
            " Configure it by `prefect work-pool storage configure`."
        )
    return storage.bundle_upload_step, storage.bundle_execution_step


def launcher_of(flow: Any, side: str) -> list[str] | None:
    """The beginning of the command for one side; None for the usual one."""
    launcher: Any = getattr(flow, "launcher", None)
    if isinstance(launcher, dict):
        launcher = cast("dict[str, list[str]]", launcher).get(side)
    return None if launcher is None else list(launcher)


def with_launcher(step: Json, words: list[str] | None) -> Json:
    """The step with its launcher, which provides what the step requires."""
    if words is None:
        return step
    ((module, given),) = step.items()
    inputs_ = {name: value for name, value in dict(given or {}).items() if name != "requires"}
    return {module: {**inputs_, "launcher": words}}


def function(name: str) -> Any:
    """What `prefect.flows` has of this."""
    return {
        "InfrastructureBoundFlow": InfrastructureBoundFlow,
        "bind_flow_to_infrastructure": bind_flow_to_infrastructure,
    }[name]


for _public in (InfrastructureBoundFlow, bind_flow_to_infrastructure):
    _public.__module__ = "prefect.flows"
