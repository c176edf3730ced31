"""Generator tasks: the run begins with the first item and ends with the last."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._base.state import StateType
from prefect._engine import outcome, timeout
from prefect._engine.calls import link_at_hand
from prefect._engine.result import Held, result_of
from prefect._engine.run import LiveTaskRun, new_state
from prefect._engine.task import TaskRunEngine, begin

if TYPE_CHECKING:
    from prefect.flows import Flow
    from prefect.tasks import Task


def refused_return_state(function: Task[..., Any] | Flow[..., Any]) -> Any:
    """An iterator whose first step says that a generator has no single state to return."""
    message = f"{function.name!r} is a generator: it yields results, so `return_state=True` cannot be used."

    def refuse() -> Generator[Any, Any, Any]:
        raise ValueError(message)
        yield

    async def refuse_async() -> AsyncGenerator[Any, Any]:
        raise ValueError(message)
        yield

    return refuse_async() if function.isasync else refuse()


def iterate_task(
    task: Task[..., Any],
    parameters: Mapping[str, Any],
    wait_for: Iterable[Any] | None,
    run: LiveTaskRun | None = None,
) -> Any:
    """The items of a generator task, as a generator of the same kind; of a new run, or of `run`."""
    return (_items_async if task.isasync else _items)(task, parameters, wait_for, run)


def _items(
    task: Task[..., Any],
    parameters: Mapping[str, Any],
    wait_for: Iterable[Any] | None,
    run: LiveTaskRun | None,
) -> Generator[Any, Any, Any]:
    run = run or begin(task, parameters, link_at_hand(), wait_for=wait_for)
    engine = TaskRunEngine(task, run, parameters, BLOCKING, wait_for)
    context = drive(engine.open())
    if context is None:
        assert engine.run.state is not None
        return drive(result_of(engine.run.state, BLOCKING))
    while True:
        steps = timeout.Allowance(task.timeout_seconds)
        try:
            with context.model_copy():
                source = drive(engine.call(context.parameters))
                item = steps.step(next, source)
            while True:
                _link(engine, item)
                sent = yield item
                with context.model_copy():
                    item = steps.step(next, source) if sent is None else steps.step(source.send, sent)
        except StopIteration as stop:
            drive(engine.close(context, new_state(StateType.COMPLETED, data=Held(stop.value))))
            return stop.value
        except GeneratorExit:
            drive(engine.close(context, new_state(StateType.COMPLETED, data=Held(None))))
            raise
        except timeout.RunTimeout as error:
            state = engine.timed_out(error)
            if not drive(engine.close(context, state)):
                raise state.data.result from None
        except Exception as error:
            if not drive(engine.close(context, outcome.failed_state(error, "task"))):
                raise
        except BaseException as error:
            engine.run.enter(outcome.crashed_state(error))
            drive(engine.free())
            raise


async def _items_async(
    task: Task[..., Any],
    parameters: Mapping[str, Any],
    wait_for: Iterable[Any] | None,
    run: LiveTaskRun | None,
) -> AsyncGenerator[Any, Any]:
    run = run or begin(task, parameters, link_at_hand(), wait_for=wait_for)
    engine = TaskRunEngine(task, run, parameters, AWAITING, wait_for)
    context = await engine.open()
    if context is None:
        assert engine.run.state is not None
        await result_of(engine.run.state, AWAITING)
        return
    while True:
        steps = timeout.Allowance(task.timeout_seconds)
        try:
            with context.model_copy():
                source = engine.start_async(context.parameters)
                item = await steps.step_async(anext, source)
            while True:
                _link(engine, item)
                sent = yield item
                with context.model_copy():
                    step = (anext, source) if sent is None else (source.asend, sent)
                    item = await steps.step_async(*step)
        except StopAsyncIteration:
            await engine.close(context, new_state(StateType.COMPLETED, data=Held(None)))
            return
        except GeneratorExit:
            engine.run.enter(new_state(StateType.COMPLETED, data=Held(None)))
            await engine.free()
            raise
        except timeout.RunTimeout as error:
            state = engine.timed_out(error)
            if not await engine.close(context, state):
                raise state.data.result from None
        except Exception as error:
            if not await engine.close(context, outcome.failed_state(error, "task")):
                raise
        except BaseException as error:
            engine.run.enter(outcome.crashed_state(error))
            await engine.free()
            raise


def _link(engine: TaskRunEngine, item: Any) -> None:
    if engine.flow_context is not None:
        engine.flow_context.run_results.remember(item, engine.run.id)
