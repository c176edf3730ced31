"""What a type checker makes of flows: their parameters, their results, their states."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Generator
from typing import Any, NoReturn, assert_type

from prefect import Flow, State, flow


@flow
def plain(x: int, *, text: str = "") -> str:
    return text * x


@flow(name="with options", retries=2, log_prints=True)
def configured(x: int) -> list[int]:
    return [x]


@flow
async def waiting(x: int) -> float:
    return x / 2


@flow
def failing() -> NoReturn:
    raise ValueError


@flow
def items(count: int) -> Generator[int, None, str]:
    yield from range(count)
    return "done"


@flow
async def async_items(count: int) -> AsyncGenerator[int, None]:
    yield count


class Counter:
    @flow
    def count(self, x: int) -> int:
        return x


def methods(counter: Counter) -> None:
    assert_type(counter.count(1), int)
    assert_type(counter.count(x=1, return_state=True), State[int])
    assert_type(Counter.count(counter, 1), int)
    counter.count("one")  # pyright: ignore[reportArgumentType]


def undecorated(x: int) -> bytes:
    return bytes(x)


def anything(**options: Any) -> int:
    return len(options)


def calls() -> None:
    assert_type(plain(1, text="a"), str)
    assert_type(configured(1), list[int])
    assert_type(flow(undecorated)(1), bytes)
    assert_type(flow(undecorated, name="named")(1), bytes)
    assert_type(plain.with_options(retries=3)(1), str)
    assert_type(plain.fn(1, text="a"), str)
    assert_type(items(3), Generator[int, None, str])
    assert_type(async_items(3), AsyncGenerator[int, None])
    failing()
    assert_type(plain(1, wait_for=[]), str)


def states(known_later: bool) -> None:
    assert_type(plain(1, return_state=True), State[str])
    assert_type(plain(1, return_state=True, wait_for=[]), State[str])
    assert_type(configured(1, return_state=True), State[list[int]])
    assert_type(flow(anything)(return_state=True), State[int])
    _ = assert_type(waiting(1, return_state=True), Coroutine[Any, Any, State[float]])
    assert_type(plain(1, return_state=False, wait_for=[]), str)
    assert_type(plain(1, return_state=known_later), Any)


async def awaited() -> None:
    assert_type(await waiting(1), float)
    assert_type(await waiting(1, wait_for=[]), float)
    assert_type(await waiting(1, return_state=True), State[float])
    async for item in async_items(1):
        assert_type(item, int)


def hooks() -> None:
    @plain.on_completion
    def note(flow: Flow[..., Any], run: Any, state: State[Any]) -> int:
        return len(flow.name)

    note(plain, None, plain(1, return_state=True))


def refused() -> None:
    plain("one")  # pyright: ignore[reportArgumentType]
    plain(1, unknown=2)  # pyright: ignore[reportCallIssue]
    configured()  # pyright: ignore[reportCallIssue]
    flow(retries="twice")  # pyright: ignore[reportArgumentType]
