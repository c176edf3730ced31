"""A worker's pool: read, created where it is missing, and told that the worker is there."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from prefect._base.errors import OperationError
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError

if TYPE_CHECKING:
    from prefect.client.schemas.objects import WorkPool

LONGEST_S = 60.0
JITTER = 0.3


class Pool:
    """Keeps `known`, the pool as it was read last, in step with the server."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self.known: WorkPool | None = None
        self._failures = 0

    def pause_s(self) -> float:
        """Seconds to the next time, spread so that many workers do not come at once."""
        interval_s: float = self._worker.heartbeat_interval_seconds
        if self._failures:
            interval_s = min(2.0**self._failures, LONGEST_S)
        return interval_s * (1 + JITTER * (2 * random.random() - 1))

    async def sync(self) -> None:
        """Read the pool and tell of the worker; a server that does not answer is asked again later."""
        try:
            await self._read()
            if self.known is not None:
                await self._beat()
            self._failures = 0
        except (OSError, OperationError, PrefectHTTPStatusError) as error:
            self._failures += 1
            self._worker._logger.warning("The work pool cannot be read at present: %s", error)

    async def _read(self) -> None:
        worker = self._worker
        client, name = worker.client, worker._work_pool_name
        first = self.known is None
        try:
            pool = await client.read_work_pool(name)
        except ObjectNotFound:
            if not worker._create_pool_if_not_found:
                worker._logger.warning("Work pool %r is not there; waiting for it.", name)
                self.known = None
                return
            pool = await self._created()
        if not pool.base_job_template:
            template = worker.get_default_base_job_template()
            await client.update_work_pool(name, WorkPoolUpdate(base_job_template=template))
            pool.base_job_template = template
        if first and pool.type != worker.type:
            worker._logger.warning(
                "Work pool %r is of type %r, this worker of type %r: its jobs may not be what was meant.",
                name,
                pool.type,
                worker.type,
            )
        self.known = pool

    async def _created(self) -> WorkPool:
        worker = self._worker
        template = worker._base_job_template or worker.get_default_base_job_template()
        wanted = WorkPoolCreate(name=worker._work_pool_name, type=worker.type, base_job_template=template)
        try:
            pool = await worker.client.create_work_pool(wanted)
            worker._logger.info("Work pool %r created.", pool.name)
        except ObjectAlreadyExists:  # another worker was faster
            pool = await worker.client.read_work_pool(worker._work_pool_name)
        return pool

    async def _beat(self) -> None:
        worker = self._worker
        told = await worker.client.send_worker_heartbeat(
            work_pool_name=worker._work_pool_name,
            worker_name=worker.name,
            heartbeat_interval_seconds=worker.heartbeat_interval_seconds,
            get_worker_id=worker.backend_id is None,
        )
        worker.backend_id = told or worker.backend_id
