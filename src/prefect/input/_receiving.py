"""Sending inputs to flow runs, and receiving those that are sent to one, as they come."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast
from uuid import UUID, uuid4

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect.input import actions
from prefect.input._models import (
    AutomaticRunInput,
    BaseRunInput,
    RunInput,
    auto_prefix,
    run_input_subclass_from_type,
)

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect._wire.inputs import FlowRunInput

choose: Any = lazy.module("prefect._link.choose")
waiting: Any = lazy.module("prefect._link.waiting")

_TOPIC = "prefect.flow-run.input"

R = TypeVar("R", bound=RunInput)
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - what an iteration gives


class _Handler(Generic[I]):
    """Iterates over the inputs of a run, those that are there and those that come, each of them once.

    Works with ``for`` and with ``async for``; the iteration ends after `timeout` seconds without an input
    (None: never), with `raise_timeout_error` by a `TimeoutError`.
    """

    run_input_cls: type[BaseRunInput]

    def __init__(
        self,
        run_input_cls: type[Any],
        key_prefix: str,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: set[str] | None = None,
        flow_run_id: UUID | None = None,
    ) -> None:
        self.run_input_cls = run_input_cls
        self.key_prefix = key_prefix
        self.timeout = timeout
        self.poll_interval = poll_interval
        self.exclude_keys: set[str] = set(exclude_keys or ())
        self.raise_timeout_error = raise_timeout_error
        self.flow_run_id = actions.ensure_flow_run_id(flow_run_id)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> I:
        try:
            return drive(self._next(choose.blocking(), BLOCKING))
        except TimeoutError:
            if self.raise_timeout_error:
                raise
            raise StopIteration from None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> I:
        try:
            return await self.anext()
        except TimeoutError:
            if self.raise_timeout_error:
                raise
            raise StopAsyncIteration from None

    async def anext(self) -> I:
        """The next input; raises `TimeoutError` if none comes in time."""
        return await self._next(choose.awaiting(), AWAITING)

    @async_dispatch(anext)
    def next(self) -> I:
        """The next input; raises `TimeoutError` if none comes in time.

        In async code it returns a coroutine.
        """
        return drive(self._next(choose.blocking(), BLOCKING))

    async def filter_for_inputs(self) -> list[FlowRunInput]:
        """The next input as it is stored, if it is there already."""
        return await self._look(choose.awaiting())

    def filter_for_inputs_sync(self) -> list[FlowRunInput]:
        """The next input as it is stored, if it is there already."""
        return drive(self._look(choose.blocking()))

    def to_instance(self, flow_run_input: FlowRunInput) -> I:
        """What the iteration gives for a stored input."""
        raise NotImplementedError

    async def _look(self, link: Link) -> list[FlowRunInput]:
        found = await actions.find(link, self.key_prefix, 1, self.exclude_keys, self.flow_run_id)
        self.exclude_keys.update(each.key for each in found)
        return found

    async def _next(self, link: Link, ports: Ports) -> I:
        clock = ports.clock
        until_s = None if self.timeout is None else clock.monotonic_s() + self.timeout
        while True:
            position = await link.position()
            found = await self._look(link)
            if found:
                return self.to_instance(found[0])
            left_s = threading.TIMEOUT_MAX if until_s is None else until_s - clock.monotonic_s()
            if left_s <= 0:
                raise TimeoutError(f"No input came within {self.timeout} seconds.")
            subject = str(self.flow_run_id)
            await waiting.wait_for_change(
                link, ports, [subject, _TOPIC], min(left_s, self.poll_interval), after=position
            )


class GetInputHandler(_Handler[R]):
    """Iterates over inputs of one class; `RunInput.receive` makes it."""

    def to_instance(self, flow_run_input: FlowRunInput) -> R:
        found: Any = self.run_input_cls.load_from_flow_run_input(flow_run_input)
        return found


class GetAutomaticInputHandler(_Handler[T | AutomaticRunInput[T]]):
    """Iterates over values of any one type; `with_metadata` gives the inputs around them instead."""

    def __init__(
        self,
        run_input_cls: type[AutomaticRunInput[T]],
        key_prefix: str,
        timeout: float | None = 3600,
        poll_interval: float = 10,
        raise_timeout_error: bool = False,
        exclude_keys: set[str] | None = None,
        flow_run_id: UUID | None = None,
        with_metadata: bool = False,
    ) -> None:
        super().__init__(
            run_input_cls, key_prefix, timeout, poll_interval, raise_timeout_error, exclude_keys, flow_run_id
        )
        self.with_metadata = with_metadata

    def to_instance(self, flow_run_input: FlowRunInput) -> T | AutomaticRunInput[T]:
        found: Any = self.run_input_cls.load_from_flow_run_input(flow_run_input)
        return found if self.with_metadata else found.value


async def send(
    link: Link, run_input: Any, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None
) -> None:
    """Send an input; see `send_input`."""
    instance = run_input if isinstance(run_input, BaseRunInput) else _wrapped(run_input)
    key = f"{key_prefix or auto_prefix(type(instance))}-{uuid4()}"
    await actions.create(link, key, instance, flow_run_id, sender or actions.sender_at_hand())


def _wrapped(value: Any) -> BaseRunInput:
    cls: Any = run_input_subclass_from_type(type(value))
    fields: dict[str, Any] = {"value": value} if issubclass(cls, AutomaticRunInput) else value.model_dump()
    made: BaseRunInput = cast("Any", cls)(**fields)
    return made


async def asend_input(
    run_input: Any, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None
) -> None:
    """Send an input to a flow run; see `send_input`."""
    await send(choose.awaiting(), run_input, flow_run_id, sender, key_prefix)


@async_dispatch(asend_input)
def send_input(
    run_input: Any, flow_run_id: UUID, sender: str | None = None, key_prefix: str | None = None
) -> None:
    """Send an input to a flow run: a `RunInput`, or any value that JSON can hold.

    `sender` is the flow run at hand unless it is given. The receiver finds it by its type, or by
    `key_prefix`. In async code it returns a coroutine.
    """
    drive(send(choose.blocking(), run_input, flow_run_id, sender, key_prefix))


def receive_input(
    input_type: Any,
    timeout: float | None = 3600,
    poll_interval: float = 10,
    raise_timeout_error: bool = False,
    exclude_keys: set[str] | None = None,
    key_prefix: str | None = None,
    flow_run_id: UUID | None = None,
    with_metadata: bool = False,
) -> Any:
    """The inputs of a type that are sent to the run at hand, or to `flow_run_id`, the old ones first.

    Iterate over them with ``for`` or ``async for``, or take one by ``.next()`` or ``await .anext()``. For a
    `RunInput` or a pydantic model instances come, for any other type bare values (`with_metadata` shows who
    sent them). `timeout` is in seconds from input to input. Whoever waits is woken when an input comes; where
    nobody tells, it looks every `poll_interval` seconds. Each call starts from the first input, except for
    `exclude_keys`.
    """
    cls: Any = run_input_subclass_from_type(input_type)
    options: dict[str, Any] = {
        "timeout": timeout,
        "poll_interval": poll_interval,
        "raise_timeout_error": raise_timeout_error,
        "exclude_keys": exclude_keys,
        "key_prefix": key_prefix,
        "flow_run_id": flow_run_id,
    }
    if issubclass(cls, AutomaticRunInput):
        options["with_metadata"] = with_metadata
    return cast("Any", cls).receive(**options)


for _public in (GetInputHandler, GetAutomaticInputHandler, asend_input, send_input, receive_input):
    _public.__module__ = "prefect.input.run_input"
