"""Websockets of a server, as tests speak on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect


class Talk:
    """One connection on which JSON is spoken."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def hear(self, timeout_s: float = 10) -> Any:
        return json.loads(self.socket.recv(timeout=timeout_s))

    def close_reason(self) -> tuple[int, str]:
        """Code and reason with which the server closes; messages before that are passed over."""
        with pytest.raises(ConnectionClosed) as closed:
            self._pass_over()
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code, closed.value.rcvd.reason

    def _pass_over(self) -> None:
        while True:
            self.socket.recv(timeout=10)


@contextmanager
def talk(url: str, path: str) -> Iterator[Talk]:
    """A connection of a client that has been let in."""
    address = url.replace("http", "ws", 1) + path
    with connect(address, subprotocols=["prefect"], proxy=None) as socket:  # type: ignore[list-item]
        found = Talk(socket)
        found.say(type="auth", token=None)
        assert found.hear() == {"type": "auth_success"}
        yield found
