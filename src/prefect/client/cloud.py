"""A client of the hosted service: workspaces and accounts."""

from __future__ import annotations

import re
from typing import Any, NoReturn, Self

import httpx

from prefect._base import lazy
from prefect.client._httpx import PrefectHttpxAsyncClient
from prefect.client.schemas._others import IPAllowlist, IPAllowlistMyAccessResponse, Workspace
from prefect.exceptions import ObjectNotFound, PrefectException

settings: Any = lazy.module("prefect.settings")

PARSE_API_URL_REGEX = re.compile(r"accounts/(.{36})/workspaces/(.{36})")

__all__ = [
    "PARSE_API_URL_REGEX",
    "CloudClient",
    "CloudUnauthorizedError",
    "IPAllowlist",
    "IPAllowlistMyAccessResponse",
    "ObjectNotFound",
    "PrefectException",
    "PrefectHttpxAsyncClient",
    "Workspace",
    "get_cloud_client",
]


class CloudUnauthorizedError(PrefectException):
    """The hosted service does not accept the key."""


def get_cloud_client(
    host: str | None = None,
    api_key: str | None = None,
    httpx_settings: dict[str, Any] | None = None,
    infer_cloud_url: bool = False,
) -> CloudClient:
    """A client of the hosted service; address and key are those of the settings unless given.

    With `infer_cloud_url` the address is the part of ``PREFECT_API_URL`` before the account. Raises
    `ValueError` without a key.
    """
    values = settings.active()
    key = api_key or values["api.key"]
    if not key:
        raise ValueError("The hosted service wants a key: set PREFECT_API_KEY, or give `api_key`.")
    if infer_cloud_url and host is None and values["api.url"]:
        host = re.sub(PARSE_API_URL_REGEX, "", values["api.url"])
    return CloudClient(host or values["cloud.api_url"], str(key), httpx_settings)


class CloudClient:
    """Use it with `async with`."""

    account_id: str | None = None
    workspace_id: str | None = None

    def __init__(self, host: str, api_key: str, httpx_settings: dict[str, Any] | None = None) -> None:
        given = dict(httpx_settings or {})
        headers = {"Authorization": f"Bearer {api_key}", **dict(given.pop("headers", None) or {})}
        base_url = str(given.pop("base_url", host))
        found = PARSE_API_URL_REGEX.search(settings.active()["api.url"] or "")
        if found is not None:
            self.account_id, self.workspace_id = found.groups()
        self._client = PrefectHttpxAsyncClient(
            base_url=base_url, headers=headers, enable_csrf_support=False, **given
        )

    @property
    def account_base_url(self) -> str:
        """The path of the account that the settings name; raises `ValueError` if they name none."""
        if self.account_id is None:
            raise ValueError("PREFECT_API_URL names no account of the hosted service.")
        return f"accounts/{self.account_id}"

    @property
    def workspace_base_url(self) -> str:
        """The path of the workspace that the settings name."""
        return f"{self.account_base_url}/workspaces/{self.workspace_id}"

    async def api_healthcheck(self) -> None:
        """Raise unless the service answers and accepts the key."""
        await self.get("/me/workspaces")

    async def read_workspaces(self) -> list[Workspace]:
        """The workspaces that the key gives access to."""
        return [Workspace.model_validate(each) for each in await self.get("/me/workspaces")]

    async def read_current_workspace(self) -> Workspace:
        """The workspace that the settings name; raises `ObjectNotFound`."""
        for workspace in await self.read_workspaces():
            if str(workspace.workspace_id) == self.workspace_id:
                return workspace
        raise ObjectNotFound(
            http_exc=LookupError(self.workspace_id),
            help_message="PREFECT_API_URL names no workspace of yours.",
        )

    async def read_worker_metadata(self) -> dict[str, Any]:
        """The known types of workers, by package, with their job templates."""
        prefix = f"/{self.workspace_base_url}" if self.workspace_id else ""
        return await self.get(f"{prefix}/collections/work_pool_types")

    async def read_account_settings(self) -> dict[str, Any]:
        """The settings of the account."""
        return await self.get(f"/{self.account_base_url}/settings")

    async def update_account_settings(self, settings: dict[str, Any]) -> None:
        """Change settings of the account."""
        await self.request("PATCH", f"/{self.account_base_url}/settings", json=settings)

    async def read_account_ip_allowlist(self) -> IPAllowlist:
        """The networks that may reach the account."""
        return IPAllowlist.model_validate(await self.get(f"/{self.account_base_url}/ip_allowlist"))

    async def update_account_ip_allowlist(self, updated_allowlist: IPAllowlist) -> None:
        """Set the networks that may reach the account."""
        body = updated_allowlist.model_dump(mode="json")
        await self.request("PUT", f"/{self.account_base_url}/ip_allowlist", json=body)

    async def check_ip_allowlist_access(self) -> IPAllowlistMyAccessResponse:
        """Whether this machine may reach the account."""
        found = await self.get(f"/{self.account_base_url}/ip_allowlist/my_access")
        return IPAllowlistMyAccessResponse.model_validate(found)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self._client.aclose()

    def __enter__(self) -> NoReturn:
        raise RuntimeError("Use `async with` for this client.")

    def __exit__(self, *_: object) -> NoReturn:
        raise RuntimeError("Use `async with` for this client.")

    async def get(self, route: str, **kwargs: Any) -> Any:
        """The JSON answer of a GET."""
        return await self.request("GET", route, **kwargs)

    async def raw_request(
        self,
        method: str,
        path: str,
        params: dict[str, Any] | None = None,
        path_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> httpx.Response:
        """The answer of a request; `path_params` fill the ``{placeholders}`` of the path."""
        filled = path.format(**path_params) if path_params else path
        return await self._client.request(method, filled, params=params, **kwargs)

    async def request(self, method: str, route: str, **kwargs: Any) -> Any:
        """The JSON answer of a request.

        Raises `CloudUnauthorizedError` for statuses 401 and 403, and `ObjectNotFound` for 404.
        """
        try:
            answer = await self._client.request(method, route, **kwargs)
        except httpx.HTTPStatusError as error:
            if error.response.status_code in (401, 403):
                raise CloudUnauthorizedError(str(error)) from error
            if error.response.status_code == 404:
                raise ObjectNotFound(http_exc=error) from error
            raise
        return None if answer.status_code == 204 else answer.json()
