"""Calling the user's callbacks, hooks and retry conditions: blocking or async, of any kind of callable."""

from __future__ import annotations

import contextvars
import inspect
import threading
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.ports import Ports
from prefect._engine import scope

if TYPE_CHECKING:
    import asyncio
else:  # imported by the first who needs a loop: blocking programs never do
    asyncio = lazy.module("asyncio")


async def call(function: Callable[..., Any], ports: Ports, *args: Any) -> Any:
    """Call a callback and give its value; a coroutine that it answers is run to its end.

    While a blocking callback runs, functions with two forms take the blocking one; else the other.
    """
    with scope.dispatching(is_async_callable(function)):
        value = function(*args)
        if inspect.isawaitable(value):
            with scope.dispatching(True):
                return await value if ports.is_async else run_to_end(value)
        return value


def is_async_callable(function: Callable[..., Any]) -> bool:
    """Whether calling `function` gives a coroutine; looks through partials and at ``__call__``."""
    inner: Any = function
    while hasattr(inner, "func"):
        inner = inner.func
    return inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(
        getattr(inner, "__call__", None)  # noqa: B004
    )


def run_to_end(awaitable: Any) -> Any:
    """The value of an awaitable, for a caller that blocks; in another thread if a loop runs in this one."""

    async def ended() -> Any:
        return await awaitable

    if scope.running_loop() is None:
        return asyncio.run(ended())
    return _in_new_thread(ended)


def _in_new_thread(start: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    outcome: list[tuple[bool, Any]] = []
    context = contextvars.copy_context()

    def work() -> None:
        try:
            outcome.append((True, context.run(lambda: asyncio.run(start()))))
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            outcome.append((False, error))

    thread = threading.Thread(target=work, name="prefect-awaits", daemon=True)
    thread.start()
    thread.join()
    succeeded, value = outcome[0]
    if succeeded:
        return value
    raise value


async def call_hooks(
    hooks: Iterable[Callable[..., Any]] | None, ports: Ports, logger: Any, *args: Any
) -> None:
    """Call each hook with `args` in order; what one raises is logged and changes nothing."""
    for hook in hooks or ():
        name = getattr(hook, "__name__", None) or type(hook).__name__
        logger.info("Running hook '%s' in response to entering state '%s'", name, args[-1].name)
        try:
            await call(hook, ports, *args)
        except Exception:
            logger.exception("An error was encountered while running hook '%s'", name)
        else:
            logger.info("Hook '%s' finished running successfully", name)
