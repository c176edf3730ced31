"""The server as an ASGI application: which requests are let in, where they go, and how failures are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from prefect._api import downloads, events_in, openapi, pages, root, routes, ui_stream
from prefect._api.backend import Backend, warm
from prefect._api.exchange import Answer, ClientGone, Receive, Request, Scope, Send, json_answer, send_answer
from prefect._api.guard import Guard
from prefect._api.keeping import Keeping
from prefect._api.problems import NOT_FOUND, answer_for, method_not_allowed
from prefect._api.router import Router
from prefect._api.routes import Handler
from prefect._api.sockets import Socket
from prefect._api.website import Website
from prefect._base import lazy
from prefect._store.store import Store

if TYPE_CHECKING:
    from prefect._api.metrics import Metrics

settings: Any = lazy.module("prefect.settings")
# what few servers are asked for
events_out: Any = lazy.module("prefect._api.events_out")
logs_out: Any = lazy.module("prefect._api.logs_out")
scheduled_task_runs: Any = lazy.module("prefect._api.scheduled_task_runs")
worker_channel: Any = lazy.module("prefect._api.worker_channel")
current: Any = lazy.module("prefect.settings.current")

API_PATH = "/api"
EVENTS_OUT, LOGS_OUT = "/events/out", "/logs/out"


class App:
    """The application on one store. Whoever made the store closes it."""

    def __init__(self, store: Store, keeping: Keeping | None = None) -> None:
        values = settings.active()
        self.api_path = _base_path(values["server.api.base_path"])
        self._website = Website(values, current.snapshot().given, self.api_path)
        self._streams: dict[str, Any] = {}
        self._backend = Backend(store)
        self._secret: str | None = values["server.api.auth_string"] or None
        self._guard = Guard(values, store)
        self._router: Router[Handler] = Router()
        self._operations = routes.all_operations()
        for method, path, handle in root.handlers(self._backend, keeping):
            self._router.add(method, path, handle)
        self._router.add("GET", downloads.PATH, downloads.logs(self._backend))
        self._ui_stream = ui_stream.Stream(self._backend)
        for method, path, handle in self._ui_stream.handlers():
            self._router.add(method, path, handle)
        self.metrics = _metrics(store, keeping) if values["server.metrics_enabled"] else None
        if self.metrics is not None:
            self._router.add("GET", "/metrics", _answering(self.metrics))
        for operation in self._operations:
            self._router.add(operation.method, operation.path, routes.handler(operation, self._backend))
        self._cors: Callable[[Scope, Receive, Send], Awaitable[None]] | None = None
        self._description: Answer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if any(name == b"origin" for name, _ in scope["headers"]):
                await self._from_browser(scope, receive, send)
            else:
                await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._websocket(scope, receive, send)

    # -- requests --------------------------------------------------------------------------------

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        began_s = time.perf_counter()
        try:
            answer = await self._answer(request)
        except ClientGone:
            return
        except Exception as error:  # noqa: BLE001 - every failure becomes an answer
            answer = answer_for(error, f"{request.method} {request.path}")
        await send_answer(answer, request, send)
        if self.metrics is not None:
            self.metrics.observe(request.method, request.route, answer.status, time.perf_counter() - began_s)

    async def _answer(self, request: Request) -> Answer:
        path = request.path
        if not path.startswith(self.api_path) or path[len(self.api_path) : len(self.api_path) + 1] not in (
            "",
            "/",
        ):
            return await self._outside(request)
        path = path[len(self.api_path) :]
        refused = await self._guard.refusal(request, path)
        if refused is not None:
            return refused
        segments = self._segments(request.scope)
        found = self._router.find(segments)
        if found is None:
            return self._redirect(request) if self._router.find_other_spelling(segments) else NOT_FOUND
        handle = found.endpoints.get(request.method)
        if handle is None:
            return method_not_allowed(list(found.endpoints))
        request.params = found.params
        request.route = found.route
        return await handle(request)

    def _segments(self, scope: Scope) -> list[str]:
        """The decoded segments of the path below the API; a slash that was sent encoded stays in its own."""
        raw: bytes | None = scope.get("raw_path")
        text = scope["path"] if raw is None else raw.partition(b"?")[0].decode("latin-1")
        segments = text[len(self.api_path) + 1 :].split("/")
        return [unquote(segment) if "%" in segment else segment for segment in segments]

    def _redirect(self, request: Request) -> Answer:
        """To the exact spelling of the path, with or without its last slash."""
        path = request.path.removesuffix("/") if request.path.endswith("/") else request.path + "/"
        host = request.header(b"host")
        query = request.scope.get("query_string") or b""
        target = f"{request.scope['scheme']}://{host}{path}" if host else path
        location = target.encode("utf-8") + (b"?" + query if query else b"")
        return Answer(307, b"", b"", ((b"location", location),))

    async def _outside(self, request: Request) -> Answer:
        if request.method != "GET":
            return NOT_FOUND
        match request.path:
            case "/ui-settings":
                return await root.ui_settings(request)
            case "/docs":
                return pages.docs(request)
            case "/openapi.json":
                if self._description is None:
                    described = await asyncio.to_thread(openapi.document, self._operations, self.api_path)
                    self._description = json_answer(described)
                return self._description
            case _:
                return self._website.answer(request)

    async def _from_browser(self, scope: Scope, receive: Receive, send: Send) -> None:
        cors = self._cors
        if cors is None:
            cors = self._cors = _with_cors(self._http)
        await cors(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(self.api_path)
        pool_name = worker_channel.pool_named(path)
        if path == events_in.PATH:
            await events_in.serve(Socket(scope, receive, send), self._backend, self._secret)
        elif path in (EVENTS_OUT, LOGS_OUT):
            await self._stream(path).serve(Socket(scope, receive, send), self._secret)
        elif path == scheduled_task_runs.PATH:
            await scheduled_task_runs.serve(Socket(scope, receive, send), self._backend, self._secret)
        elif pool_name is not None:
            await worker_channel.serve(Socket(scope, receive, send), self._backend, self._secret, pool_name)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    def _stream(self, path: str) -> Any:
        """What sends events or logs to all who listen; there is one of each."""
        if path not in self._streams:
            made = events_out.EventsOut if path == EVENTS_OUT else logs_out.LogsOut
            self._streams[path] = made(self._backend.store)
        return self._streams[path]

    # -- the life of the server -----------------------------------------------------------------

    def end_streams(self) -> None:
        """Let the tabs of the web UI go, which would listen for ever."""
        self._ui_stream.end()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        # what the first requests need is loaded while nobody waits for it
        warming = asyncio.get_running_loop().run_in_executor(None, warm)
        await receive()
        await warming
        self._backend.close()
        await send({"type": "lifespan.shutdown.complete"})


def _metrics(store: Store, keeping: Keeping | None) -> Metrics:
    from prefect._api.metrics import Metrics

    return Metrics(store, keeping)


def _answering(metrics: Metrics) -> Handler:
    async def _handle(_: Request) -> Answer:
        return await asyncio.to_thread(metrics.answer)

    return _handle


def _base_path(setting: str | None) -> str:
    return "/" + setting.strip("/") if setting and setting.strip("/") else API_PATH


def _with_cors(app: Any) -> Any:
    from starlette.middleware.cors import CORSMiddleware

    values = settings.active()

    def _listed(name: str) -> list[str]:
        return [item.strip() for item in values[f"server.api.cors_allowed_{name}"].split(",") if item.strip()]

    return CORSMiddleware(
        app,
        allow_origins=_listed("origins"),
        allow_methods=_listed("methods"),
        allow_headers=_listed("headers"),
    )
