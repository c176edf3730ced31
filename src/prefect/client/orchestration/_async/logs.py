"""Lines of log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from prefect._wire.logs import Log, LogCreate
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._async.base import BaseAsyncClient

if TYPE_CHECKING:
    from prefect._wire.filters import LogFilter
    from prefect._wire.sorts import LogSort


class LogAsyncClient(BaseAsyncClient):
    """What can be done with lines of log."""

    async def create_logs(self, logs: Iterable[LogCreate | dict[str, Any]]) -> None:
        """Keep lines of log."""
        body = [bodies.given(line) if isinstance(line, LogCreate) else bodies.jsonable(line) for line in logs]
        await self._call("logs.create", body=body)

    async def read_logs(
        self,
        log_filter: LogFilter | None = None,
        limit: int | None = None,
        offset: int | None = None,
        sort: LogSort | None = None,
    ) -> list[Log]:
        """The lines that fit the filter, the oldest first unless `sort` says otherwise."""
        body = bodies.listing(limit=limit, offset=offset, sort=sort)
        if log_filter is not None:
            body["logs"] = bodies.dumped(log_filter)
        return [Log.model_validate(found) for found in await self._call("logs.filter", body=body)]
