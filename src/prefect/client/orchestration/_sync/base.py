# Made by tools/make_sync_client.py from _async/base.py: change that and run it again.
"""What the parts of the client share: the way out, and the mapping of refusals to public exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect.client.base import ServerType
from prefect.client.orchestration._errors import public, public_of
from prefect.client.orchestration._operations import operation as operation_named
from prefect.exceptions import PrefectHTTPStatusError

if TYPE_CHECKING:
    import httpx

    from prefect._link.link import Link


class BaseClient:
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

    @property
    def _client(self) -> httpx.Client:
        raise NotImplementedError("The client as a whole knows how to send requests.")

    def request(
        self,
        method: str,
        path: str,
        params: dict[str, Any] | None = None,
        path_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> httpx.Response:
        """Send a request of one's own; `path` begins after the address of the API.

        `path_params` fill its ``{placeholders}``. Raises `ObjectNotFound` for status 404,
        `ObjectAlreadyExists` for 409, and else `PrefectHTTPStatusError`.
        """
        filled = path.format(**path_params) if path_params else path
        try:
            return self._client.request(method, filled, params=params, **kwargs)
        except PrefectHTTPStatusError as error:
            raise public_of(error) from error

    def _call(self, operation: str, /, **arguments: Any) -> Any:
        """Call an operation by its name; answers JSON values. Raises the public exception for a refusal."""
        try:
            return drive(self._link.call(operation_named(operation), **arguments))
        except OperationError as refusal:
            raise public(refusal, operation) from refusal
