"""The worker that executes runs as processes of its machine.

>>> prefect worker start --pool my-pool
"""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from pydantic import Field, field_validator

from prefect._code.execution import ATTEMPT, RUN_ID
from prefect._fleet import environment
from prefect._fleet.supervision import Grace, Supervisor, end_group
from prefect._fleet.warm.templates import NoTemplate
from prefect._fleet.worker.configuration import BaseJobConfiguration, BaseVariables, BaseWorkerResult
from prefect.exceptions import InfrastructureNotAvailable
from prefect.utilities.processutils import get_sys_executable
from prefect.workers.base import BaseWorker

if TYPE_CHECKING:
    from prefect.client.schemas.objects import Flow as APIFlow
    from prefect.client.schemas.objects import FlowRun, WorkPool
    from prefect.client.schemas.responses import DeploymentResponse

__all__ = [
    "ProcessJobConfiguration",
    "ProcessVariables",
    "ProcessWorker",
    "ProcessWorkerResult",
    "validate_working_dir",
]


def validate_working_dir(v: Path | str | None) -> Path | None:
    """A path; None for none. Raises `ValueError` for one that stands relative to a drive."""
    if isinstance(v, str):
        return relative_path_checked(v)
    return v


def relative_path_checked(v: str) -> Path:
    """The path of a text; a drive without a root is refused."""
    path = Path(v)
    if path.drive and not path.root:
        raise ValueError(f"{v!r} is relative to a drive; give a whole path.")
    return path


class ProcessJobConfiguration(BaseJobConfiguration):
    """A process of this machine."""

    stream_output: bool = Field(default=True)
    working_dir: Path | None = Field(default=None)

    @field_validator("working_dir", mode="before")
    @classmethod
    def validate_working_dir(cls, v: Path | str | None) -> Path | None:
        return validate_working_dir(v)

    def prepare_for_flow_run(
        self,
        flow_run: FlowRun,
        deployment: DeploymentResponse | None = None,
        flow: APIFlow | None = None,
        work_pool: WorkPool | None = None,
        worker_name: str | None = None,
        worker_id: UUID | None = None,
    ) -> None:
        super().prepare_for_flow_run(flow_run, deployment, flow, work_pool, worker_name, worker_id)

    @staticmethod
    def _base_flow_run_command() -> str:
        """Executing a run by its id; a process that was warmed does the same."""
        return f"{get_sys_executable()} -m prefect.engine"


class ProcessVariables(BaseVariables):
    """The variables of pools of processes."""

    stream_output: bool = Field(
        default=True,
        description="Whether what the process prints is shown by the worker.",
    )
    working_dir: Path | None = Field(
        default=None,
        title="Working Directory",
        description="The directory in which the process begins; a temporary one if this is left out.",
    )


class ProcessWorkerResult(BaseWorkerResult):
    """How a process ended."""


class ProcessWorker(BaseWorker[ProcessJobConfiguration, ProcessVariables, ProcessWorkerResult]):
    """Executes runs in processes of this machine, which are warmed where that can be."""

    type = "process"
    job_configuration = ProcessJobConfiguration
    job_configuration_variables = ProcessVariables

    _description = "Runs are executed as processes of the machine that the worker is on."
    _display_name = "Process"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._supervisor = Supervisor(Grace())

    async def __aenter__(self) -> Self:
        self._later(self._warm())
        return await super().__aenter__()

    async def _warm(self) -> None:
        try:
            await self._supervisor.templates.warm()
        except NoTemplate as error:
            self._logger.warning("%s Each run starts in a new interpreter.", error)

    async def __aexit__(self, *exc_info: Any) -> None:
        try:
            await super().__aexit__(*exc_info)
        finally:
            await self._supervisor.close()

    async def run(
        self, flow_run: FlowRun, configuration: ProcessJobConfiguration, task_status: Any = None
    ) -> ProcessWorkerResult:
        """Execute a run in a process, and return when that has ended."""
        env = dict(configuration.env)
        attempt = env.pop(ATTEMPT, None)
        env.pop(RUN_ID, None)
        is_own = configuration.command == configuration._base_flow_run_command()
        with tempfile.TemporaryDirectory(prefix="prefect-", ignore_cleanup_errors=True) as temporary:
            status: list[int] = []

            def started(pid: int) -> None:
                status.append(pid)
                if task_status is not None:
                    task_status.started(_identifier(pid))

            code = await self._supervisor.execute(
                flow_run.model_dump(mode="json", include={"id", "name", "deployment_id"}),
                int(attempt) if attempt else None,
                directory=str(configuration.working_dir or temporary),
                env=environment.differences(env),
                command=None if is_own else configuration.command,
                stream_output=configuration.stream_output,
                on_started=started,
            )
        # the supervisor has told what a bad end meant
        return ProcessWorkerResult(identifier=str(status[0]), status_code=code or 0)

    def _stop(self) -> None:
        """Take no more runs; told a second time, end those that go on."""
        if self._intake is not None and self._intake.stopping.is_set():
            self._later(self._supervisor.end_all("cancel"))
        super()._stop()

    async def kill_infrastructure(
        self, infrastructure_pid: str, configuration: ProcessJobConfiguration, grace_seconds: int = 30
    ) -> None:
        """End a process; raises `InfrastructureNotFound`, `InfrastructureNotAvailable` for another host."""
        host, _, pid = infrastructure_pid.rpartition(":")
        if host and host != _host():
            raise InfrastructureNotAvailable(f"Process {pid} is on {host}, and this worker is on {_host()}.")
        await end_group(int(pid), grace_seconds)


def _host() -> str:
    return socket.gethostname()


def _identifier(pid: int) -> str:
    return f"{_host()}:{pid}"
