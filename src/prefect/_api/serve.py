"""Running the server in this process: from the address to the last answer."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from prefect._api import tls
from prefect._api.app import App
from prefect._api.keeping import Keeping
from prefect._api.sockets import BAD_DATA
from prefect._base import clock, lazy
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx

if TYPE_CHECKING:
    from prefect._api.metrics import Metrics

block_types: Any = lazy.module("prefect._service.block_types.operations")
settings: Any = lazy.module("prefect.settings")

BACKLOG = 2048
TICK_S = 1.0
STOP_S = 1  # how long requests under way may take to end when the server is told to stop
# readers of lists hand the interpreter over at each row; with the usual 5 ms each return would be waited for.
# It is longer than the interval of the store while it writes, which goes back to this one afterwards.
SWITCH_S = 0.0003


async def _install(tx: Tx) -> None:
    """Make known the block types of this version; done while the first requests are served."""
    await block_types.install_if_new(Unit(tx, clock.system.now_us()))


class AddressUnavailable(Exception):
    """The address cannot be listened on; the message says which and why."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `AddressUnavailable`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise AddressUnavailable(
            f"{host!r} is no address of this machine: {error.strerror or error}."
        ) from error
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressUnavailable(
                f"Port {port} is already in use on {host}. Stop what listens there, or choose another port."
            ) from error
        raise AddressUnavailable(f"Cannot listen on {host}:{port}: {error.strerror or error}.") from error
    listener.set_inheritable(False)
    return listener


def serve(
    store: Store, listener: socket.socket, *, keep_alive_s: int | None = None, services: bool = True
) -> None:
    """Serve `store` on `listener` until SIGINT or SIGTERM; returns when all is written and closed."""
    sys.setswitchinterval(SWITCH_S)
    keeping = Keeping(store) if services else None
    server = make_server(store, keeping, keep_alive_s=keep_alive_s)
    if keeping is not None:
        keeping.start()
    if settings.active()["server.register_blocks_on_start"]:
        store.enqueue(_install)
    with _signals_end_quietly():
        server.run(sockets=[listener])
    if keeping is not None:
        keeping.close()
    store.close()


def keep(store: Store, when_started: Callable[[], None]) -> None:
    """Run the keepers on `store`, and nothing else, until SIGINT or SIGTERM."""
    told = threading.Event()

    def _end(*_: object) -> None:
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    keeping = Keeping(store)
    keeping.start()
    when_started()
    told.wait()
    keeping.close()
    store.close()


class Server(uvicorn.Server):
    """Sleeps until it is told to stop, instead of looking for that ten times a second."""

    _loop: asyncio.AbstractEventLoop | None = None
    _told: asyncio.Event | None = None
    metrics: Metrics | None = None
    # lets those go who listen to what never ends by itself
    ending: Callable[[], None] | None = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.ending is not None:
            self.ending()
        await super().shutdown(sockets)

    async def main_loop(self) -> None:
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        while not self.should_exit:
            await self.on_tick(0)  # keeps the header Date true
            due_s = self._loop.time() + TICK_S
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due_s):
                    await self._told.wait()
            if self.metrics is not None:
                self.metrics.lagged(max(0.0, self._loop.time() - due_s))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._wake()

    def stop(self) -> None:
        """Stop serving; may be called from any thread."""
        self.should_exit = True
        self._wake()

    def _wake(self) -> None:
        if self._loop is not None and self._told is not None:
            self._loop.call_soon_threadsafe(self._told.set)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Ends with the server also when its client is about to close the connection in the same moment.

    Whoever breaks the protocol is told why, and is gone for the application: that is no error of the server.
    """

    def send_receive_event_to_app(self) -> None:
        is_text = self.curr_msg_data_type == "text" and not self.close_sent
        if is_text and not _is_utf8(self.frames):
            self.frames = []
            self.conn.send_close(BAD_DATA, "A text has to be UTF-8.")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self.disconnected = True

    def shutdown(self) -> None:
        try:
            super().shutdown()
        except InvalidState:
            self.transport.close()


def _is_utf8(frames: Sequence[bytes]) -> bool:
    try:
        (frames[0] if len(frames) == 1 else b"".join(frames)).decode()
    except UnicodeDecodeError:
        return False
    return True


def make_server(store: Store, keeping: Keeping | None = None, *, keep_alive_s: int | None = None) -> Server:
    """The server, not yet running; it leaves the store open."""
    values = settings.active()
    logging.getLogger("uvicorn").setLevel(values["server.logging_level"])
    app = App(store, keeping)
    config = uvicorn.Config(
        app,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        ws=WebSocketProtocol,
        ws_ping_interval=values["server.api.websocket_ping_interval"],
        ws_ping_timeout=values["server.api.websocket_ping_timeout"],
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=values["server.api.keepalive_timeout"] if keep_alive_s is None else keep_alive_s,
        timeout_graceful_shutdown=STOP_S,
        **tls.options(),
    )
    server = Server(config)
    server.metrics = app.metrics
    server.ending = app.end_streams
    return server


@contextmanager
def _signals_end_quietly() -> Generator[None]:
    """Let the signals that stopped the server, which are raised again at its end, end nothing else."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _ignore) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore(*_: object) -> None:
    pass
