"""One name for two ways of calling: the work is done, or a coroutine that does it is handed back.

Which of the two is decided at each call: by the function of the run that the caller is in, or, outside of
runs, by whether an event loop is running here.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, cast

from prefect._base import late

P = ParamSpec("P")


def is_async_caller() -> bool:
    """Whether a dual function that is called here and now is to hand back a coroutine."""
    return late.call("state.is_async")


def _function_of(method: Any) -> Any:
    return method.__func__ if isinstance(method, classmethod) else method  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def async_dispatch(async_impl: Any) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Make the decorated function one that calls `async_impl` instead where the caller is asynchronous.

    The decorated function gets a keyword ``_sync`` that forces the choice, and an attribute ``aio``, the
    asynchronous implementation. Both may be class methods; `async_impl` may be a task. Raises `TypeError` if
    it is not asynchronous.
    """
    implementation: Any = _function_of(async_impl)
    if not (inspect.iscoroutinefunction(implementation) or getattr(implementation, "isasync", False)):
        raise TypeError(f"async_dispatch takes an async function, and {async_impl!r} is none.")

    def decorate(sync_impl: Callable[P, Any]) -> Callable[P, Any]:
        if isinstance(sync_impl, classmethod):
            made: Any = decorate(_function_of(sync_impl))
            return cast(Any, classmethod(made))

        @functools.wraps(sync_impl)
        def dispatched(*args: Any, _sync: bool | None = None, **kwargs: Any) -> Any:
            if is_async_caller() if _sync is None else not _sync:
                return implementation(*args, **kwargs)
            return sync_impl(*args, **kwargs)

        cast(Any, dispatched).aio = implementation
        return dispatched

    return decorate
