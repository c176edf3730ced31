"""What the parts of the client share: the way out, and the mapping of refusals to public exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base.errors import OperationError
from prefect.client.base import ServerType
from prefect.client.orchestration._errors import public
from prefect.client.orchestration._operations import operation as operation_named

if TYPE_CHECKING:
    import httpx

    from prefect._link.link import Link


class BaseAsyncClient:
    """Base of the parts of the client."""

    server_type: ServerType

    @property
    def api_url(self) -> httpx.URL:
        """Where the API is."""
        raise NotImplementedError("The client as a whole knows where its API is.")

    @property
    def _is_embedded(self) -> bool:
        return self.server_type == ServerType.EPHEMERAL

    @property
    def _is_cloud(self) -> bool:
        return self.server_type == ServerType.CLOUD

    @property
    def _link(self) -> Link:
        raise NotImplementedError("The client as a whole knows its link.")

    async def _call(self, operation: str, /, **arguments: Any) -> Any:
        """Call an operation by its name; answers JSON values. Raises the public exception for a refusal."""
        try:
            return await self._link.call(operation_named(operation), **arguments)
        except OperationError as refusal:
            raise public(refusal, operation) from refusal
