"""What flows have for running elsewhere: being served, and being deployed to a work pool."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from prefect._base import late, lazy
from prefect._base.drive import drive
from prefect.types.entrypoint import EntrypointType

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.deployments.runner import RunnerDeployment

asyncutils: Any = lazy.module("prefect.utilities.asyncutils")
scope: Any = lazy.module("prefect._engine.scope")


class Deployable:
    """The part of :class:`prefect.Flow` that registers deployments."""

    async def ato_deployment(
        self,
        name: str,
        interval: Any = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Any = None,
        schedules: Any = None,
        concurrency_limit: Any = None,
        parameters: dict[str, Any] | None = None,
        triggers: list[Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        version_type: Any = None,
        enforce_parameter_schema: bool = True,
        work_pool_name: str | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        _sla: Any = None,
        timezone: str | None = None,
    ) -> RunnerDeployment:
        """:meth:`to_deployment` for async code."""
        return late.call(
            "flow.to_deployment",
            self,
            name,
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
            version_type=version_type,
            enforce_parameter_schema=enforce_parameter_schema,
            work_pool_name=work_pool_name,
            work_queue_name=work_queue_name,
            job_variables=job_variables,
            entrypoint_type=entrypoint_type,
            _sla=_sla,
            timezone=timezone,
        )

    def to_deployment(
        self,
        name: str,
        interval: Any = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Any = None,
        schedules: Any = None,
        concurrency_limit: Any = None,
        parameters: dict[str, Any] | None = None,
        triggers: list[Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        version_type: Any = None,
        enforce_parameter_schema: bool = True,
        work_pool_name: str | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        _sla: Any = None,
        timezone: str | None = None,
    ) -> Any:
        """A deployment of the flow, to be given to `serve` or `deploy`. A coroutine in async code.

        :param name: the name of the deployment; that of a Python file counts without its ending
        :param interval: seconds, a timedelta, ``"PT30M"`` or ``"00:30:00"`` between runs; or several of them
        :param cron: a cron expression, or several
        :param rrule: a recurrence rule, or several
        :param paused: whether no runs are made by the schedules at first
        :param schedule: a schedule of `prefect.schedules`
        :param schedules: several, in any form
        :param concurrency_limit: how many runs may go on at once, wherever
        :param parameters: for runs that are not given others
        :param triggers: what is to happen so that a run is made
        :param enforce_parameter_schema: whether runs with parameters that do not fit are refused
        :param work_pool_name: the pool whose workers run it
        :param work_queue_name: the queue of that pool
        :param job_variables: values for the template of that pool
        :param entrypoint_type: whether the code is found by its file or by its module
        :param timezone: the time zone of `interval`, `cron` or `rrule`

        Raises `ValueError` for several kinds of schedules and for a flow that no other process could find.
        """
        made = self.ato_deployment(
            name,
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
            version_type=version_type,
            enforce_parameter_schema=enforce_parameter_schema,
            work_pool_name=work_pool_name,
            work_queue_name=work_queue_name,
            job_variables=job_variables,
            entrypoint_type=entrypoint_type,
            _sla=_sla,
            timezone=timezone,
        )
        return made if scope.dispatches_async() else drive(made)

    def serve(
        self,
        name: str | None = None,
        interval: Any = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Any = None,
        schedules: Any = None,
        global_limit: Any = None,
        triggers: list[Any] | None = None,
        parameters: dict[str, Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        enforce_parameter_schema: bool = True,
        pause_on_shutdown: bool = True,
        print_starting_message: bool = True,
        limit: int | None = None,
        webserver: bool = False,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        timezone: str | None = None,
    ) -> None:
        """Register the flow as a deployment and execute its runs here, until the program is ended.

        >>> if __name__ == "__main__":
        ...     my_flow.serve("nightly", cron="0 2 * * *")

        :param name: the name of the deployment; by default that of the flow
        :param global_limit: how many runs may go on at once, wherever
        :param pause_on_shutdown: pause the schedules when the program ends
        :param print_starting_message: say what is served and how to stop
        :param limit: how many runs at a time here; None for any number
        :param webserver: answer requests about the health of the program

        The other options are those of :meth:`to_deployment`. Raises `RuntimeError` while an event loop runs.
        """
        options: dict[str, Any] = {
            "interval": interval,
            "cron": cron,
            "rrule": rrule,
            "paused": paused,
            "schedule": schedule,
            "schedules": schedules,
            "triggers": triggers,
            "parameters": parameters,
            "description": description,
            "tags": tags,
            "version": version,
            "enforce_parameter_schema": enforce_parameter_schema,
            "entrypoint_type": entrypoint_type,
            "timezone": timezone,
        }
        late.call(
            "flow.serve",
            self,
            name,
            global_limit,
            pause_on_shutdown,
            print_starting_message,
            limit,
            webserver,
            options,
        )

    async def adeploy(
        self,
        name: str,
        work_pool_name: str | None = None,
        image: Any = None,
        build: bool = True,
        push: bool = True,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        interval: Any = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Any = None,
        schedules: Any = None,
        concurrency_limit: Any = None,
        triggers: list[Any] | None = None,
        parameters: dict[str, Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        version_type: Any = None,
        enforce_parameter_schema: bool = True,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        print_next_steps: bool = True,
        ignore_warnings: bool = False,
        _sla: Any = None,
        timezone: str | None = None,
    ) -> UUID:
        """:meth:`deploy` for async code."""
        options: dict[str, Any] = {
            "work_queue_name": work_queue_name,
            "job_variables": job_variables,
            "interval": interval,
            "cron": cron,
            "rrule": rrule,
            "paused": paused,
            "schedule": schedule,
            "schedules": schedules,
            "concurrency_limit": concurrency_limit,
            "triggers": triggers,
            "parameters": parameters,
            "description": description,
            "tags": tags,
            "version": version,
            "version_type": version_type,
            "enforce_parameter_schema": enforce_parameter_schema,
            "entrypoint_type": entrypoint_type,
            "_sla": _sla,
            "timezone": timezone,
        }
        return await late.call(
            "flow.deploy",
            self,
            name,
            work_pool_name,
            image,
            build,
            push,
            print_next_steps,
            ignore_warnings,
            options,
        )

    def deploy(
        self,
        name: str,
        work_pool_name: str | None = None,
        image: Any = None,
        build: bool = True,
        push: bool = True,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        interval: Any = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Any = None,
        schedules: Any = None,
        concurrency_limit: Any = None,
        triggers: list[Any] | None = None,
        parameters: dict[str, Any] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        version_type: Any = None,
        enforce_parameter_schema: bool = True,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
        print_next_steps: bool = True,
        ignore_warnings: bool = False,
        _sla: Any = None,
        timezone: str | None = None,
    ) -> Any:
        """Deploy the flow to a work pool, whose workers run it; the id. A coroutine in async code.

        >>> my_flow.deploy("nightly", work_pool_name="docker", image="org/etl:1", cron="0 2 * * *")

        :param name: the name of the deployment
        :param work_pool_name: the pool; by default that of the settings
        :param image: what runs are executed in: a name, or a `prefect.docker.DockerImage`
        :param build: whether to build the image from the working directory; False if it exists
        :param push: whether to push it
        :param print_next_steps: say how to go on
        :param ignore_warnings: do not remark on the type of the pool

        The other options are those of :meth:`to_deployment`. Raises `ValueError` if there is no such pool, if
        it runs no images and one is given, and if workers could not get the code: without an image the flow
        is to be loaded by :meth:`from_source`, or to be deployed as part of a module.
        """
        deploying = self.adeploy(
            name,
            work_pool_name=work_pool_name,
            image=image,
            build=build,
            push=push,
            work_queue_name=work_queue_name,
            job_variables=job_variables,
            interval=interval,
            cron=cron,
            rrule=rrule,
            paused=paused,
            schedule=schedule,
            schedules=schedules,
            concurrency_limit=concurrency_limit,
            triggers=triggers,
            parameters=parameters,
            description=description,
            tags=tags,
            version=version,
            version_type=version_type,
            enforce_parameter_schema=enforce_parameter_schema,
            entrypoint_type=entrypoint_type,
            print_next_steps=print_next_steps,
            ignore_warnings=ignore_warnings,
            _sla=_sla,
            timezone=timezone,
        )
        return deploying if scope.dispatches_async() else asyncutils.run_coro_as_sync(deploying)
