"""httpx clients that try again where that helps, show tokens where they are wanted, and raise our errors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import httpx

from prefect._base import lazy
from prefect._link import retrying
from prefect._link.reply import seconds
from prefect.client.attribution import get_attribution_headers
from prefect.exceptions import PrefectHTTPStatusError

if TYPE_CHECKING:
    from prefect.client.base import ASGIApp

settings: Any = lazy.module("prefect.settings")

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# troubles on the way that may be over at the next try
PASSING = (
    httpx.TimeoutException,
    httpx.ConnectError,
    httpx.ReadError,
    httpx.WriteError,
    httpx.RemoteProtocolError,
    httpx.LocalProtocolError,
)


class PrefectResponse(httpx.Response):
    """An answer whose error is a `PrefectHTTPStatusError`, with what the server said."""

    def raise_for_status(self) -> Self:
        try:
            return super().raise_for_status()  # pyright: ignore[reportReturnType]
        except httpx.HTTPStatusError as error:
            raise PrefectHTTPStatusError.from_httpx_error(error) from error.__cause__

    @classmethod
    def from_httpx_response(cls, response: httpx.Response) -> Self:
        """The same answer as one of this class."""
        made = cls.__new__(cls)
        made.__dict__.update(response.__dict__)
        return made


class _Trying:
    """What both clients do between two tries of one request."""

    def __init__(self, raises: bool) -> None:
        self._raises = raises
        self._attempt = 0

    def pause_after(self, outcome: httpx.Response | Exception) -> float | None:
        """Seconds until the next try; None if the outcome stands."""
        attempt, self._attempt = self._attempt, self._attempt + 1
        is_answer = isinstance(outcome, httpx.Response)
        if attempt >= retrying.most() or (is_answer and not retrying.is_retried(outcome.status_code)):
            return None
        wanted_s = seconds(outcome.headers.get("Retry-After")) if is_answer else None
        return retrying.pause_s(attempt, wanted_s)

    def answer(self, outcome: httpx.Response) -> httpx.Response:
        made = PrefectResponse.from_httpx_response(outcome)
        return made.raise_for_status() if self._raises else made


class _Tokens:
    """The token that a server may want to see with changes."""

    def __init__(self, is_wanted: bool) -> None:
        self._client = str(uuid4())
        self._token: str | None = None
        self._until_s = 0.0
        self.is_wanted = is_wanted

    def needs_one(self, method: str) -> bool:
        return self.is_wanted and method in CHANGES and time.monotonic() >= self._until_s

    def request(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        return client.build_request("GET", "/csrf-token", params={"client": self._client})

    def learn(self, answer: httpx.Response) -> None:
        """Take the token of an answer; none is wanted where the server has no such endpoint, or refuses."""
        if answer.status_code in (404, 422):
            self.is_wanted = False
            return
        answer.raise_for_status()
        self._token = answer.json()["token"]
        self._until_s = time.monotonic() + 60.0

    def show(self, request: httpx.Request) -> None:
        if self.is_wanted and self._token is not None and request.method in CHANGES:
            request.headers["Prefect-Csrf-Token"] = self._token
            request.headers["Prefect-Csrf-Client"] = self._client


class PrefectHttpxAsyncClient(httpx.AsyncClient):
    """An async httpx client that sends again what a server was too busy for, or did not hear."""

    def __init__(
        self,
        *args: Any,
        enable_csrf_support: bool = False,
        raise_on_all_errors: bool = True,
        **kwargs: Any,
    ) -> None:
        self._tokens = _Tokens(enable_csrf_support)
        self._raises = raise_on_all_errors
        super().__init__(*args, **kwargs)

    async def send(self, request: httpx.Request, *args: Any, **kwargs: Any) -> httpx.Response:
        """Send a request; raises `PrefectHTTPStatusError` for an error, unless that was switched off."""
        if self._tokens.needs_one(request.method):
            self._tokens.learn(await super().send(self._tokens.request(self)))
        self._tokens.show(request)
        request.headers.update(get_attribution_headers())
        trying = _Trying(self._raises)
        while True:
            outcome: httpx.Response | Exception
            try:
                outcome = await super().send(request, *args, **kwargs)
            except PASSING as error:
                outcome = error
            pause_s = trying.pause_after(outcome)
            if pause_s is None:
                break
            await asyncio.sleep(pause_s)
        if isinstance(outcome, Exception):
            raise outcome
        return trying.answer(outcome)


class PrefectHttpxSyncClient(httpx.Client):
    """A blocking httpx client that sends again what a server was too busy for, or did not hear."""

    def __init__(
        self,
        *args: Any,
        enable_csrf_support: bool = False,
        raise_on_all_errors: bool = True,
        **kwargs: Any,
    ) -> None:
        self._tokens = _Tokens(enable_csrf_support)
        self._raises = raise_on_all_errors
        super().__init__(*args, **kwargs)

    def send(self, request: httpx.Request, *args: Any, **kwargs: Any) -> httpx.Response:
        """Send a request; raises `PrefectHTTPStatusError` for an error, unless that was switched off."""
        if self._tokens.needs_one(request.method):
            self._tokens.learn(super().send(self._tokens.request(self)))
        self._tokens.show(request)
        request.headers.update(get_attribution_headers())
        trying = _Trying(self._raises)
        while True:
            outcome: httpx.Response | Exception
            try:
                outcome = super().send(request, *args, **kwargs)
            except PASSING as error:
                outcome = error
            pause_s = trying.pause_after(outcome)
            if pause_s is None:
                break
            time.sleep(pause_s)
        if isinstance(outcome, Exception):
            raise outcome
        return trying.answer(outcome)


@asynccontextmanager
async def app_lifespan_context(app: ASGIApp) -> AsyncGenerator[None, None]:
    """Start an ASGI application, and stop it at the end."""
    messages: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    told: asyncio.Queue[Any] = asyncio.Queue()
    running = asyncio.ensure_future(
        app({"type": "lifespan", "asgi": {"version": "3.0"}}, messages.get, told.put)
    )
    await messages.put({"type": "lifespan.startup"})
    await _next(told, running)
    try:
        yield
    finally:
        await messages.put({"type": "lifespan.shutdown"})
        await _next(told, running)
        await running


async def _next(told: asyncio.Queue[Any], running: asyncio.Future[None]) -> None:
    """What the application says next; raises what it raised."""
    heard = asyncio.ensure_future(told.get())
    await asyncio.wait({heard, running}, return_when=asyncio.FIRST_COMPLETED)
    if not heard.done():
        heard.cancel()
        await running
        return
    message = heard.result()
    if message["type"].endswith(".failed"):
        raise RuntimeError(f"The application did not start or stop: {message.get('message') or 'no reason'}.")
