"""Who listens too slowly is sent away after what it can have without a gap."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from prefect._api import listening
from prefect._api.sockets import SocketClosed


class Slow:
    """A socket that takes messages one by one, and tells how it was closed."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.closed: tuple[int, str] | None = None

    async def tell(self, message: Any) -> None:
        self.told.append(message)

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)
        raise SocketClosed


def test_a_slow_listener_is_sent_away_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MOST_WAITING", 3)
    socket: Any = Slow()

    async def listen() -> None:
        listener: listening.Listener[int] = listening.Listener()
        for item in range(5):
            listener.offer(item)
        listener.queue.get_nowait()
        listener.offer(5)  # there is room again, but 3 and 4 are missing
        with pytest.raises(SocketClosed):
            await asyncio.wait_for(listening.forward(socket, listener, lambda item: {"item": item}), 5)

    asyncio.run(listen())
    assert socket.told == [{"item": 1}, {"item": 2}]
    assert socket.closed == (1013, "Too slow: come back and ask for what was missed")
