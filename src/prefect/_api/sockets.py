"""Websockets: the handshake that all of them share."""

from __future__ import annotations

import hmac
from typing import Any, cast

from prefect._api.exchange import Receive, Scope, Send
from prefect._base import jsontext

SUBPROTOCOL = "prefect"
POLICY_VIOLATION, BAD_DATA = 1008, 1007


class SocketClosed(Exception):
    """The other side is gone, or was sent away."""


class Socket:
    """One connection, of which messages are JSON texts."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send

    async def open(self, secret: str | None, *, is_greeted: bool = False) -> None:
        """Let the client in; raises `SocketClosed` if it may not come in.

        Clients that do not speak the subprotocol are let in without a greeting where there is no `secret`,
        unless all have to be greeted.
        """
        await self._receive()  # the request to connect
        if SUBPROTOCOL not in self._scope.get("subprotocols", ()):
            if secret is not None or is_greeted:
                await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})
                raise SocketClosed
            await self._send({"type": "websocket.accept"})
            return
        await self._send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        message = await self.message()
        greeting = cast("dict[str, Any]", message) if isinstance(message, dict) else {}
        if greeting.get("type") != "auth":
            await self.close(POLICY_VIOLATION, "Expected 'auth' message")
        elif secret is not None:
            await self._check(secret, greeting.get("token"))
        await self.tell({"type": "auth_success"})

    async def message(self) -> Any:
        """The next message; None for one that is no JSON. Raises `SocketClosed` when there will be none."""
        received = await self._receive()
        if received["type"] == "websocket.disconnect":
            raise SocketClosed
        raw = received.get("text")
        try:
            return jsontext.bounded(received.get("bytes") or b"" if raw is None else raw)
        except ValueError:
            return None

    async def tell(self, message: Any) -> None:
        await self._send({"type": "websocket.send", "text": jsontext.dumps(message)})

    async def close(self, code: int, reason: str) -> None:
        """Send the client away; always raises `SocketClosed`."""
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        raise SocketClosed

    async def _check(self, secret: str, token: Any) -> None:
        if not token:
            await self.close(POLICY_VIOLATION, "Auth required but no token provided")
        if not hmac.compare_digest(str(token).encode(), secret.encode()):
            await self.close(POLICY_VIOLATION, "Invalid token")
