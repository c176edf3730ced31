"""Calls that are handed to another thread, from blocking code."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, Generic, ParamSpec, TypeVar, cast

from prefect._base.loopthread import LoopThread

P = ParamSpec("P")
T = TypeVar("T")

_loop_thread = LoopThread("prefect-calls")


class Call(Generic[T]):
    """A function with its arguments, to be called once, somewhere else."""

    def __init__(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.fn = fn
        self.args = args
        self.kwargs = kwargs
        self.context = contextvars.copy_context()
        self.future: Future[T] = Future()

    def result(self, timeout: float | None = None) -> T:
        """Wait for what the function returns, or raise what it raises."""
        return self.future.result(timeout)

    async def aresult(self) -> T:
        """The same without blocking the event loop."""
        return await asyncio.wrap_future(self.future)

    def __call__(self) -> T | Awaitable[T]:
        return self.fn(*self.args, **self.kwargs)

    async def _run(self) -> None:
        try:
            found = self.fn(*self.args, **self.kwargs)
            self.future.set_result(cast(T, await found if inspect.isawaitable(found) else found))
        except BaseException as error:
            self.future.set_exception(error)
            if not isinstance(error, Exception):
                raise

    def __repr__(self) -> str:
        given = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwargs.items())]
        return f"{getattr(self.fn, '__name__', self.fn)}({', '.join(given)})"


def create_call(__fn: Callable[P, T | Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> Call[T]:
    """A call for later, with the context variables of now."""
    return Call(__fn, args, kwargs)


def _as_call(call: Callable[[], Any] | Call[T]) -> Call[T]:
    return cast("Call[T]", call) if isinstance(call, Call) else Call(call, (), {})


class from_sync:
    """Where blocking code can have a call done."""

    @staticmethod
    def call_soon_in_loop_thread(call: Callable[[], Any] | Call[T]) -> Call[T]:
        """Hand the call to an event loop that runs on a thread of its own, and go on."""
        made: Call[T] = _as_call(call)
        made.context.run(_loop_thread.submit, made._run())  # pyright: ignore[reportPrivateUsage]
        return made

    @staticmethod
    def call_soon_in_new_thread(call: Callable[[], Any] | Call[T]) -> Call[T]:
        """Hand the call to a thread of its own, and go on."""
        made: Call[T] = _as_call(call)
        run = made._run  # pyright: ignore[reportPrivateUsage]
        threading.Thread(target=lambda: made.context.run(asyncio.run, run()), daemon=True).start()
        return made

    @classmethod
    def call_in_loop_thread(cls, call: Callable[[], Any] | Call[T], timeout: float | None = None) -> T:
        """Have the call done on the event loop and wait for it."""
        made: Call[T] = cls.call_soon_in_loop_thread(call)
        return made.result(timeout)

    @classmethod
    def call_in_new_thread(cls, call: Callable[[], Any] | Call[T], timeout: float | None = None) -> T:
        """Have the call done on a thread of its own and wait for it."""
        made: Call[T] = cls.call_soon_in_new_thread(call)
        return made.result(timeout)

    wait_for_call_in_loop_thread = call_in_loop_thread
    wait_for_call_in_new_thread = call_in_new_thread


__all__ = ["Call", "create_call", "from_sync"]
