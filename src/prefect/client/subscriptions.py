"""What a server hands out over a websocket, one object at a time, each acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, Generic, Self, TypeVar

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from prefect._base import lazy
from prefect._link import retrying
from prefect._wire.common import IDBaseModel
from prefect.settings import get_current_settings

settings: Any = lazy.module("prefect.settings")

__all__ = ["IDBaseModel", "Subscription", "get_current_settings"]

S = TypeVar("S", bound=IDBaseModel)

logger = logging.getLogger("prefect.client")

POLICY_VIOLATION = 1008
LONGEST_PAUSE_S = 2.0


class Subscription(Generic[S]):
    """Iterate to get objects of `model` as the server at `path` hands them out under one of `keys`.

    A lost connection is opened again. Raises `PermissionError` where the server does not accept us.
    """

    def __init__(
        self,
        model: type[S],
        path: str,
        keys: Iterable[str],
        client_id: str | None = None,
        base_url: str | None = None,
    ) -> None:
        base = base_url or settings.active()["api.url"]
        if not base:
            raise ValueError("A subscription needs a server: set PREFECT_API_URL, or give `base_url`.")
        self.model = model
        self.client_id = client_id
        self.subscription_url = f"{base.replace('http', 'ws', 1).rstrip('/')}/{path.lstrip('/')}"
        self.keys = list(keys)
        self._websocket: ClientConnection | None = None

    @property
    def websocket(self) -> ClientConnection:
        """The connection; raises `RuntimeError` if there is none yet."""
        if self._websocket is None:
            raise RuntimeError("The subscription is not connected: iterate over it.")
        return self._websocket

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> S:
        attempt = 0
        while True:
            try:
                websocket = self._websocket or await self._open()
                text = await websocket.recv()
                await websocket.send(orjson.dumps({"type": "ack"}).decode())
                return self.model.model_validate_json(text)
            except InvalidStatus as refused:
                if refused.response.status_code in (401, 403):
                    raise PermissionError(f"{self.subscription_url} does not accept us.") from refused
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code == POLICY_VIOLATION:
                    raise PermissionError(
                        f"{self.subscription_url} does not accept us: {closed.rcvd.reason}"
                    ) from closed
            except OSError as error:
                logger.debug("%s cannot be reached: %s", self.subscription_url, error)
            self._websocket = None
            await asyncio.sleep(min(retrying.pause_s(attempt, None), LONGEST_PAUSE_S))
            attempt += 1

    async def _open(self) -> ClientConnection:
        values = settings.active()
        secret = values["api.auth_string"] or values["api.key"]
        websocket = await connect(self.subscription_url, subprotocols=[Subprotocol("prefect")])
        try:
            await websocket.send(orjson.dumps({"type": "auth", "token": secret}).decode())
            answer: Any = orjson.loads(await websocket.recv())
            if answer.get("type") != "auth_success":
                raise PermissionError(f"{self.subscription_url} does not accept us: {answer}")
            subscribing: dict[str, Any] = {"type": "subscribe", "keys": self.keys}
            if self.client_id is not None:
                subscribing["client_id"] = self.client_id
            await websocket.send(orjson.dumps(subscribing).decode())
        except BaseException:
            await websocket.close()
            raise
        self._websocket = websocket
        return websocket
