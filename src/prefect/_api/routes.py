"""The table of operations as routes: one handler for all, which takes the bare request."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from prefect._api.backend import Backend, Caller
from prefect._api.decoding import body_argument, query_arguments
from prefect._api.exchange import EMPTY, TEXT, Answer, Request, json_answer
from prefect._wire import operations
from prefect._wire.operation import OPERATIONS, Operation

Handler: TypeAlias = Callable[[Request], Awaitable[Answer]]

OWNER, ATTEMPT = b"x-prefect-owner", b"x-prefect-attempt"


def all_operations() -> list[Operation]:
    """Every operation that is declared, in the order of their modules' names."""
    for module in pkgutil.iter_modules(operations.__path__):
        importlib.import_module(f"{operations.__name__}.{module.name}")
    return list(OPERATIONS.values())


def caller_of(request: Request) -> Caller:
    """The process that a client of ours names; the original's clients name none."""
    owner = request.header(OWNER)
    if owner is None:
        return Caller()
    attempt = request.header(ATTEMPT)
    return Caller(owner, int(attempt) if attempt and attempt.isdecimal() else None)


def handler(operation: Operation, backend: Backend) -> Handler:
    """What serves `operation`: decode once, one unit of work, encode once."""

    async def _handle(request: Request) -> Answer:
        arguments: dict[str, object] = dict(request.params)
        if operation.query:
            arguments.update(query_arguments(operation, request.query))
        if operation.body is not None:
            arguments["body"] = body_argument(operation, await request.body())
        status, value = await backend.perform(operation, arguments, caller_of(request), request.gone)
        if status == 204:
            return EMPTY
        return Answer(status, value.encode(), TEXT) if operation.answers_text else json_answer(value, status)

    return _handle
