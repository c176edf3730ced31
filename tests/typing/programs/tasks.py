"""What a type checker makes of tasks: calls, futures, maps and states."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, assert_type

from prefect import State, Task, allow_failure, flow, task, unmapped
from prefect.futures import PrefectDistributedFuture, PrefectFuture, PrefectFutureList, as_completed, wait


@task
def plain(x: int, *, text: str = "") -> str:
    return text * x


@task(name="with options", retries=2, retry_delay_seconds=[1, 2], tags=["a"])
def configured(x: int) -> list[int]:
    return [x]


@task
async def waiting(x: int) -> float:
    return x / 2


@task
def add(x: int, y: int) -> int:
    return x + y


class Counter:
    @task
    def count(self, x: int) -> int:
        return x


def methods(counter: Counter) -> None:
    assert_type(counter.count(1), int)
    assert_type(counter.count(x=1, return_state=True), State[int])
    assert_type(Counter.count(counter, 1), int)
    assert_type(counter.count.submit(1), PrefectFuture[int])
    counter.count("one")  # pyright: ignore[reportArgumentType]


def undecorated(x: int) -> bytes:
    return bytes(x)


def calls() -> None:
    assert_type(plain(1, text="a"), str)
    assert_type(configured(1), list[int])
    assert_type(task(undecorated)(1), bytes)
    assert_type(task(undecorated, name="named")(1), bytes)
    assert_type(plain.with_options(retries=3)(1), str)
    assert_type(plain(1, wait_for=[]), str)


def futures() -> None:
    assert_type(plain.submit(1), PrefectFuture[str])
    assert_type(waiting.submit(1), PrefectFuture[float])
    assert_type(plain.submit(1, wait_for=[]), PrefectFuture[str])
    assert_type(waiting.submit(1, wait_for=[]), PrefectFuture[float])
    assert_type(plain.submit(1).result(), str)
    assert_type(plain.delay(1), PrefectDistributedFuture[str])
    assert_type(waiting.delay(1).result(), float)
    assert_type(waiting.apply_async((1,), wait_for=[]), PrefectDistributedFuture[float])
    assert_type(plain.map([1], deferred=True).result(), list[str])
    assert_type(waiting.submit(1).result(), float)
    for future in as_completed([plain.submit(1)]):
        assert_type(future, PrefectFuture[str])
    wait([plain.submit(1)])


def maps() -> None:
    assert_type(plain.map([1, 2]), PrefectFutureList[str])
    assert_type(waiting.map([1, 2]), PrefectFutureList[float])
    assert_type(add.map([1, 2], unmapped(3)).result(), list[int])
    assert_type(add.map(x=[1, 2], y=allow_failure(plain.submit(1)), wait_for=[]), PrefectFutureList[int])
    assert_type(plain.map([1, 2], return_state=True), list[State[str]])
    assert_type(waiting.map([1, 2], return_state=True), list[State[float]])


def states(known_later: bool) -> None:
    assert_type(plain(1, return_state=True), State[str])
    _ = assert_type(waiting(1, return_state=True), Coroutine[Any, Any, State[float]])
    assert_type(plain.submit(1, return_state=True), State[str])
    assert_type(waiting.submit(1, return_state=True), State[float])
    assert_type(plain(1, return_state=known_later), Any)


async def awaited() -> None:
    assert_type(await waiting(1), float)
    assert_type(await waiting(1, return_state=True), State[float])
    assert_type(await waiting.submit(1), float)
    assert_type(await plain.submit(1), str)
    assert_type(await plain.map([1]), list[str])


def hooks() -> None:
    @plain.on_failure
    def note(task: Task[..., Any], run: Any, state: State[Any]) -> int:
        return len(task.name)

    note(plain, None, plain(1, return_state=True))


@flow
def chained() -> int:
    first = configured.submit(1)
    return add(len(first.result()), plain.submit(2).result().count("a"))


def refused() -> None:
    plain("one")  # pyright: ignore[reportArgumentType]
    plain.submit(1, unknown=2)  # pyright: ignore[reportCallIssue]
    configured()  # pyright: ignore[reportCallIssue]
    task(retries="twice")  # pyright: ignore[reportArgumentType]
