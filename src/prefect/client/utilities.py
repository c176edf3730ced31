"""Helpers for functions that take a client or make one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

orchestration: Any = lazy.module("prefect.client.orchestration")

P = ParamSpec("P")
R = TypeVar("R")


def get_or_create_client(client: PrefectClient | None = None) -> tuple[PrefectClient, bool]:
    """`client` and True, or a new client and False when there is none."""
    return (client, True) if client is not None else (orchestration.get_client(), False)


def client_injector(
    func: Callable[Concatenate[PrefectClient, P], Coroutine[Any, Any, R]],
) -> Callable[P, Coroutine[Any, Any, R]]:
    """Give `func` a client as its first argument."""

    @functools.wraps(func)
    async def with_client(*args: P.args, **kwargs: P.kwargs) -> R:
        client, _ = get_or_create_client()
        return await func(client, *args, **kwargs)

    return with_client


def inject_client(fn: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Fill the keyword `client` of `fn` where the caller gives none."""

    @functools.wraps(fn)
    async def with_client(*args: P.args, **kwargs: P.kwargs) -> R:
        if kwargs.get("client") is None:
            kwargs["client"] = orchestration.get_client()
        return await fn(*args, **kwargs)

    return with_client
