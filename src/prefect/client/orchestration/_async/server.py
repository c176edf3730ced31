"""The server itself: its version, its defaults, what it knows of workers; whether it and we fit together."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._base.version import __version__
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._async.base import BaseAsyncClient
from prefect.client.orchestration._versions import check, is_checked
from prefect.client.schemas._others import ServerDefaultResultStorage, ServerDefaultResultStorageUpdate
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger("prefect.client")


class ServerAsyncClient(BaseAsyncClient):
    """What can be asked of the server itself."""

    async def api_healthcheck(self) -> Exception | None:
        """None if the API answers, else what went wrong."""
        try:
            await self._call("flows.count", body={})
        except Exception as error:  # noqa: BLE001 - the caller gets it as the answer
            return error
        return None

    async def hello(self) -> httpx.Response:
        """The greeting of the API."""
        return bodies.response(await self._call("root.hello"))

    async def api_version(self) -> str:
        """The version of the package that serves the API."""
        return __version__ if self._is_embedded else await self._call("admin.read_version")

    def client_version(self) -> str:
        """The version of this package."""
        return __version__

    async def raise_for_api_version_mismatch(self) -> None:
        """Raise `RuntimeError` if the server is of another major version; log if it is older than we are."""
        if self._is_embedded or self._is_cloud:
            return
        try:
            served = await self.api_version()
        except Exception as error:
            raise RuntimeError(f"The version of the API at {self.api_url} cannot be read: {error}") from error
        warning = check(__version__, served)
        if warning:
            logger.warning(warning)

    async def raise_for_api_version_mismatch_once(self) -> None:
        """As `raise_for_api_version_mismatch`, but once for each API in a process."""
        if not is_checked(str(self.api_url)):
            await self.raise_for_api_version_mismatch()

    async def read_worker_metadata(self) -> dict[str, Any]:
        """The known types of workers, by package, with their job templates."""
        return await self._call("collections.read_view", view="aggregate-worker-metadata")

    async def read_server_default_result_storage(self) -> ServerDefaultResultStorage:
        """The block by which results are kept where nothing else is said; no id if there is none."""
        try:
            return ServerDefaultResultStorage.model_validate(await self._call("admin.read_storage"))
        except ObjectNotFound:
            return ServerDefaultResultStorage()

    async def update_server_default_result_storage(
        self, default_result_storage_block_id: UUID
    ) -> ServerDefaultResultStorage:
        """Set the block by which results are kept where nothing else is said; raises `ObjectNotFound`."""
        change = ServerDefaultResultStorageUpdate(
            default_result_storage_block_id=default_result_storage_block_id
        )
        made = await self._call("admin.update_storage", body=bodies.dumped(change))
        return ServerDefaultResultStorage.model_validate(made)

    async def clear_server_default_result_storage(self) -> None:
        """Set no block by which results are kept where nothing else is said."""
        await self._call("admin.clear_storage")
