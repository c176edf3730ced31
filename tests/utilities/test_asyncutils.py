"""Between blocking and asynchronous code."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading

import pytest

from prefect._base.dispatch import async_dispatch
from prefect._internal.concurrency.api import create_call, from_sync
from prefect._internal.retries import retry_async_fn
from prefect.tasks import task
from prefect.utilities.asyncutils import (
    asyncnullcontext,
    gather,
    in_run_sync_loop,
    is_async_fn,
    is_async_gen_fn,
    run_coro_as_sync,
    run_sync_in_worker_thread,
    sync_compatible,
)

variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)


async def double(x):
    await asyncio.sleep(0)
    return 2 * x


async def numbers():
    yield 1


def test_kinds_of_functions():
    @functools.wraps(double)
    def wrapper():
        pass

    assert is_async_fn(double)
    assert is_async_fn(wrapper)
    assert is_async_fn(functools.partial(double, 1))
    assert not is_async_fn(len)
    assert is_async_gen_fn(numbers)
    assert not is_async_fn(numbers)


def test_coroutines_from_blocking_code_share_a_loop_and_see_the_context():
    async def look():
        return variable.get(), threading.current_thread().name, in_run_sync_loop()

    token = variable.set(5)
    try:
        first, second = run_coro_as_sync(look()), run_coro_as_sync(look())
    finally:
        variable.reset(token)
    assert first == second
    assert first[0] == 5
    assert first[2]
    assert first[1] != threading.current_thread().name


def test_results_and_errors_come_back():
    async def fail():
        raise KeyError("k")

    assert run_coro_as_sync(double(2)) == 4
    assert run_coro_as_sync(double(2), force_new_thread=True) == 4
    assert run_coro_as_sync(double(2), wait_for_result=False) is None
    with pytest.raises(KeyError):
        run_coro_as_sync(fail())


def test_blocking_code_on_the_shared_loop_gets_a_loop_of_its_own():
    async def outer():
        return run_coro_as_sync(double(3))

    assert run_coro_as_sync(outer()) == 6


def test_it_works_from_within_a_running_loop():
    async def main():
        return run_coro_as_sync(double(4))

    assert asyncio.run(main()) == 8


def test_sync_compatible():
    @sync_compatible
    async def dual(x):
        return await double(x)

    async def main():
        return await dual(2), dual(3, _sync=True)

    async def on_the_loop():
        return await dual(5)

    assert dual(1) == 2
    assert asyncio.run(main()) == (4, 6)
    assert run_coro_as_sync(on_the_loop()) == 10
    assert is_async_fn(dual.aio)
    with pytest.raises(TypeError):
        sync_compatible(len)


class Dual:
    @classmethod
    async def amake(cls, x):
        return ("async", cls, x)

    @classmethod
    @async_dispatch(amake)
    def make(cls, x):
        """Makes one."""
        return ("sync", cls, x)

    async def aget(self, x):
        return ("async", x)

    @async_dispatch(aget)
    def get(self, x):
        return ("sync", x)


def test_async_dispatch():
    async def main():
        return await Dual.make(1), await Dual().get(1), Dual().get(1, _sync=True)

    assert Dual.make(1) == ("sync", Dual, 1)
    assert Dual().get(1) == ("sync", 1)
    assert asyncio.run(main()) == (("async", Dual, 1), ("async", 1), ("sync", 1))
    assert asyncio.run(Dual().get(1, _sync=False)) == ("async", 1)
    assert asyncio.run(Dual.get.aio(Dual(), 2)) == ("async", 2)
    assert Dual.make.__doc__ == "Makes one."
    with pytest.raises(TypeError, match="async"):
        async_dispatch(len)


def test_blocking_code_on_threads_sees_the_context():
    async def main():
        variable.set(7)
        here = threading.get_ident()
        return await run_sync_in_worker_thread(
            lambda x, y: (x, y, variable.get(), threading.get_ident() != here), 1, y=2
        )

    assert asyncio.run(main()) == (1, 2, 7, True)


def test_gather_and_null_context():
    async def main():
        async with asyncnullcontext(3) as three:
            return await gather(lambda: double(1), lambda: double(three))

    assert asyncio.run(main()) == [2, 6]


def test_calls_in_other_threads():
    async def main():
        return await asyncio.to_thread(
            lambda: from_sync.call_soon_in_loop_thread(create_call(double, 1)).result()
        )

    assert asyncio.run(main()) == 2
    assert from_sync.call_in_new_thread(create_call(double, x=4)) == 8
    assert from_sync.call_soon_in_new_thread(lambda: 5).result() == 5
    with pytest.raises(KeyError):
        from_sync.call_in_loop_thread(create_call({}.__getitem__, "k"))


def test_retries():
    calls: list[int] = []

    @retry_async_fn(
        max_attempts=3, backoff_strategy=lambda attempt, base, most: 0, retry_on_exceptions=(KeyError,)
    )
    async def shaky(limit):
        calls.append(1)
        if len(calls) < limit:
            raise KeyError
        return len(calls)

    assert asyncio.run(shaky(3)) == 3
    calls.clear()
    with pytest.raises(KeyError):
        asyncio.run(shaky(9))
    assert len(calls) == 3


def test_a_task_may_be_the_asynchronous_side():
    @task
    async def afetch(x):
        return x

    @async_dispatch(afetch)
    def fetch(x):
        return -x

    assert fetch(1) == -1
    assert fetch.aio is afetch
    with pytest.raises(TypeError, match="async function"):
        async_dispatch(task(fetch))
