"""What every request has to show before it is looked at: the secret, the version, the token of a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._api import reading, root, versions
from prefect._api.auth import Secret
from prefect._api.exchange import Answer, Request, json_answer
from prefect._api.problems import UNAUTHORIZED
from prefect._base import clock
from prefect._service.csrf import operations as csrf
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx

TOKEN, CLIENT = b"prefect-csrf-token", b"prefect-csrf-client"
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Guard:
    """Lets requests to the API in, or says why not, by the settings in `values`."""

    def __init__(self, values: Mapping[str, Any], store: Store) -> None:
        secret: str | None = values["server.api.auth_string"]
        self._secret = Secret(secret) if secret else None
        self._wants_token: bool = values["server.api.csrf_protection_enabled"]
        self._store = store

    async def refusal(self, request: Request, path: str) -> Answer | None:
        """The answer to a request that is not let in; `path` is that below the API."""
        is_open = self._secret is None or (request.method == "GET" and path in root.OPEN)
        if self._secret and not is_open and not self._secret.accepts(request.headers.get(b"authorization")):
            return UNAUTHORIZED
        if path not in root.UNVERSIONED:
            refused = versions.refusal(request.headers.get(versions.HEADER))
            if refused is not None:
                return refused
        if self._wants_token and request.method in _CHANGES:
            return await self._without_token(request)
        return None

    async def _without_token(self, request: Request) -> Answer | None:
        token, client = request.header(TOKEN), request.header(CLIENT)
        if token is None:
            return _forbidden("Missing CSRF token.")
        if client is None:
            return _forbidden("Missing client identifier.")

        async def work(tx: Tx) -> bool:
            return await csrf.is_valid(Unit(tx, clock.system.now_us()), client=client, shown=token)

        if await reading.read(self._store, work):
            return None
        return _forbidden("Invalid CSRF token or client identifier.")


def _forbidden(detail: str) -> Answer:
    return json_answer({"detail": detail}, 403)
