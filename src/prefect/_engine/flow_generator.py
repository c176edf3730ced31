"""Generator flows: the run begins with the first item and ends with the last."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._engine import timeout
from prefect._engine.flow import FlowRunEngine, params_to_call
from prefect._engine.generator import refused_return_state

if TYPE_CHECKING:
    from prefect.flows import Flow

rerun: Any = lazy.module("prefect._engine.rerun")


def iterate_flow(
    flow: Flow[..., Any],
    parameters: Mapping[str, Any],
    wait_for: Iterable[Any] | None,
    return_state: bool,
    existing: Mapping[str, Any] | None = None,
) -> Any:
    """The items of a generator flow, as a generator of the same kind; of a new run, or of `existing`."""
    if return_state:
        return refused_return_state(flow)
    return (_items_async if flow.isasync else _items)(flow, parameters, wait_for, existing)


def _engine(
    flow: Flow[..., Any],
    parameters: Mapping[str, Any],
    ports: Ports,
    wait_for: Iterable[Any] | None,
    existing: Mapping[str, Any] | None,
) -> FlowRunEngine:
    if existing is None:
        return FlowRunEngine(flow, parameters, ports, wait_for)
    return rerun.ExistingFlowRunEngine(flow, existing, parameters, ports, wait_for)


def _items(
    flow: Flow[..., Any],
    parameters: Mapping[str, Any],
    wait_for: Iterable[Any] | None,
    existing: Mapping[str, Any] | None,
) -> Generator[Any, Any, Any]:
    engine = _engine(flow, parameters, BLOCKING, wait_for, existing)
    attempt = drive(engine.open())
    while attempt is not None:
        args, kwargs = params_to_call(flow.fn, dict(attempt.parameters or {}))
        steps = timeout.Allowance(flow.timeout_seconds)
        try:
            with attempt.model_copy():
                source = flow.fn(*args, **kwargs)
                item = steps.step(next, source)
            while True:
                sent = yield item
                with attempt.model_copy():
                    item = steps.step(next, source) if sent is None else steps.step(source.send, sent)
        except StopIteration as stop:
            drive(engine.close(attempt, value=stop.value))
            return stop.value
        except GeneratorExit:
            drive(engine.close(attempt, value=None))
            raise
        except Exception as error:
            attempt = drive(engine.close(attempt, error=error))
            if attempt is None:
                _reraise(engine, error)
                raise
        except BaseException as error:
            drive(engine.abort(attempt, error))
            raise
    return drive(engine.concluded(engine.run.state, False))


def _reraise(engine: FlowRunEngine, error: Exception) -> None:
    """Raise what the run ended with instead of the bare word that its time was over."""
    if isinstance(error, timeout.RunTimeout):
        raise engine.returned from None


async def _items_async(
    flow: Flow[..., Any],
    parameters: Mapping[str, Any],
    wait_for: Iterable[Any] | None,
    existing: Mapping[str, Any] | None,
) -> AsyncGenerator[Any, Any]:
    engine = _engine(flow, parameters, AWAITING, wait_for, existing)
    attempt = await engine.open()
    while attempt is not None:
        args, kwargs = params_to_call(flow.fn, dict(attempt.parameters or {}))
        steps = timeout.Allowance(flow.timeout_seconds)
        try:
            with attempt.model_copy():
                source = flow.fn(*args, **kwargs)
                item = await steps.step_async(anext, source)
            while True:
                sent = yield item
                with attempt.model_copy():
                    step = (anext, source) if sent is None else (source.asend, sent)
                    item = await steps.step_async(*step)
        except StopAsyncIteration:
            await engine.close(attempt, value=None)
            return
        except GeneratorExit:
            blocking = FlowRunEngine(flow, parameters, BLOCKING, wait_for)
            blocking.run, blocking.logger = engine.run, engine.logger
            drive(blocking.close(attempt, value=None))
            raise
        except Exception as error:
            attempt = await engine.close(attempt, error=error)
            if attempt is None:
                _reraise(engine, error)
                raise
        except BaseException as error:
            await engine.abort(attempt, error)
            raise
    await engine.concluded(engine.run.state, False)
