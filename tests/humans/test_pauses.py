"""Runs that pause, and who lets them go on."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel, Field, ValidationError
from tests.humans.conftest import World, said

import prefect
from prefect import flow, get_client, pause_flow_run, resume_flow_run, task
from prefect.exceptions import Abort, FlowPauseTimeout, NotPausedError, ObjectNotFound
from prefect.flow_runs import apause_flow_run, aresume_flow_run
from prefect.input import RunInput
from prefect.states import Cancelled, Cancelling


class Approval(RunInput):
    """What a release waits for."""

    approved: bool
    comment: str = ""


class Person(BaseModel):
    name: str
    age: int = Field(default=0, ge=0)


@flow
def waits(asks_for: Any = None, **options: Any) -> Any:
    return pause_flow_run(wait_for_input=asks_for, **options)


@flow
async def awaits(asks_for: Any = None) -> Any:
    return await pause_flow_run(wait_for_input=asks_for)


def test_a_run_goes_on_when_another_thread_resumes_it(world: World) -> None:
    running = world.start(waits)
    [run_id] = world.paused()
    found = world.run(run_id)
    assert found["state_name"] == "Paused"
    assert found["state"]["state_details"]["pause_key"] == "1"
    assert found["state"]["state_details"]["run_input_keyset"] is None
    resume_flow_run(run_id)
    assert running.result(30) is None
    assert world.states(run_id) == ["Pending", "Running", "Paused", "Running", "Completed"]
    assert world.run(run_id)["run_count"] == 1


def test_a_run_goes_on_when_another_process_resumes_it(world: World) -> None:
    running = world.start(waits, int)
    [run_id] = world.paused()
    program = """
        import sys
        from uuid import UUID
        from prefect import resume_flow_run
        try:
            resume_flow_run(UUID(sys.argv[1]), run_input={"value": "seven"})
        except RuntimeError:
            print("refused")
        resume_flow_run(UUID(sys.argv[1]), run_input={"value": 7})
    """
    assert said(world.python(program, str(run_id))) == "refused"
    assert running.result(30) == 7


def test_a_run_of_another_process_is_resumed_from_here(world: World) -> None:
    process = world.python(
        """
        from prefect import flow, pause_flow_run
        @flow
        def asks():
            return pause_flow_run(wait_for_input=str)
        print(asks())
        """
    )
    [run_id] = world.paused()
    resume_flow_run(run_id, run_input={"value": "from afar"})
    assert said(process) == "from afar"


def test_the_same_awaited(world: World) -> None:
    async def scene() -> Any:
        running = asyncio.create_task(awaits(int))
        [run_id] = await asyncio.to_thread(world.paused)
        with pytest.raises(RuntimeError, match="value"):
            await resume_flow_run(run_id, run_input={"value": []})
        await aresume_flow_run(run_id, run_input={"value": 3})
        return await running

    assert asyncio.run(scene()) == 3


def test_a_waiting_run_leaves_the_loop_to_others(world: World) -> None:
    async def scene() -> list[Any]:
        running = [asyncio.create_task(awaits(int)) for _ in range(5)]
        runs = await asyncio.to_thread(world.paused, 5)
        for number, run_id in enumerate(runs):
            await aresume_flow_run(run_id, {"value": number})
        return sorted(await asyncio.gather(*running))

    assert asyncio.run(scene()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("asks_for", "wrong", "answer", "result"),
    [
        (int, {"value": "x"}, {"value": 4}, 4),
        (bool, {}, {"value": True}, True),
        (list[int], {"value": ["a"]}, {"value": [1, 2]}, [1, 2]),
        (int | None, {"value": "x"}, {"value": None}, None),
        (Approval, {"approved": "x"}, {"approved": True}, {"approved": True, "comment": ""}),
        (Approval, {"approved": True, "by": "me"}, {"approved": False}, {"approved": False, "comment": ""}),
    ],
)
def test_an_answer_of_the_wrong_type_is_refused(
    world: World, asks_for: Any, wrong: Any, answer: Any, result: Any
) -> None:
    running = world.start(waits, asks_for)
    [run_id] = world.paused()
    with pytest.raises(RuntimeError, match="cannot be resumed"):
        resume_flow_run(run_id, run_input=wrong)
    with pytest.raises(RuntimeError, match="cannot be resumed"):
        resume_flow_run(run_id)
    assert world.run(run_id)["state_name"] == "Paused"
    resume_flow_run(run_id, run_input=answer)
    found = running.result(30)
    assert (found.model_dump() if isinstance(found, Approval) else found) == result


def test_a_model_is_asked_for(world: World) -> None:
    running = world.start(waits, Person)
    [run_id] = world.paused()
    with pytest.raises(RuntimeError, match="age"):
        resume_flow_run(run_id, run_input={"name": "Ada", "age": -1})
    resume_flow_run(run_id, run_input={"name": "Ada"})
    found = running.result(30)
    assert isinstance(found, Person)
    assert (found.name, found.age) == ("Ada", 0)


def test_the_question_is_kept_with_the_run_and_the_answer_says_where_it_came_from(world: World) -> None:
    asks_for = Approval.with_initial_data(description="Shall *this* go out?", comment="fine")
    running = world.start(waits, asks_for, key="release")
    [run_id] = world.paused()
    client = get_client(sync_client=True)
    keyset = client.read_flow_run(run_id).state.state_details.run_input_keyset
    assert keyset == {
        "schema": "paused-release-schema",
        "response": "paused-release-response",
        "description": "paused-release-description",
    }
    assert '"default":"fine"' in client.read_flow_run_input(run_id, keyset["schema"])
    assert client.read_flow_run_input(run_id, keyset["description"]) == '"Shall *this* go out?"'
    resume_flow_run(run_id, run_input={"approved": True})
    answer = running.result(30)
    assert isinstance(answer, Approval)
    assert (answer.approved, answer.comment) == (True, "fine")
    assert (answer.metadata.key, answer.metadata.receiver) == ("paused-release-response", run_id)


def test_a_run_pauses_once_for_each_key(world: World) -> None:
    @flow
    def twice() -> list[Any]:
        return [pause_flow_run(int, key="same"), pause_flow_run(int, key="same"), pause_flow_run(int)]

    running = world.start(twice)
    for number in (1, 2):
        [run_id] = world.paused()
        resume_flow_run(run_id, {"value": number})
        if number == 1:
            world.until(lambda run_id=run_id: world.states(run_id).count("Paused") == 2)
    assert running.result(30) == [1, 1, 2]


def test_another_attempt_asks_again(world: World) -> None:
    answers: list[int] = []

    @flow(retries=1)
    def fails_once() -> int:
        answers.append(pause_flow_run(int))
        if len(answers) == 1:
            raise ValueError("once more")
        return answers[-1]

    running = world.start(fails_once)
    [run_id] = world.paused()
    resume_flow_run(run_id, {"value": 1})
    world.until(lambda: world.states(run_id).count("Paused") == 2)
    resume_flow_run(run_id, {"value": 2})
    assert running.result(30) == 2
    assert answers == [1, 2]
    assert world.run(run_id)["run_count"] == 2


def test_a_subflow_pauses_alone(world: World) -> None:
    @flow
    def above() -> Any:
        return waits(str)

    running = world.start(above)
    [run_id] = world.paused()
    assert [run["state_name"] for run in world.runs("RUNNING")] == ["Running"]
    resume_flow_run(run_id, {"value": "x"})
    assert running.result(30) == "x"


def test_tasks_go_on_while_the_run_is_paused(world: World) -> None:
    worked = threading.Event()

    @task
    def work() -> str:
        world.paused()
        worked.set()
        return "done"

    @flow
    def submits() -> str:
        future = work.submit()
        pause_flow_run()
        return future.result()

    running = world.start(submits)
    [run_id] = world.paused()
    assert worked.wait(30)
    resume_flow_run(run_id)
    assert running.result(30) == "done"


def test_tasks_that_pause_their_run_take_turns(world: World) -> None:
    @task
    def asks(number: int) -> int:
        return pause_flow_run(int, key=str(number)) * 10 + number

    @flow
    def both() -> list[int]:
        return asks.map([1, 2]).result()

    running = world.start(both)
    [run_id] = world.paused()
    for count in (1, 2):
        world.until(lambda count=count: world.states(run_id).count("Paused") == count)
        resume_flow_run(run_id, {"value": int(world.run(run_id)["state"]["state_details"]["pause_key"])})
    assert running.result(30) == [11, 22]


# -- pauses that end otherwise ---------------------------------------------------------------------


@pytest.mark.parametrize("asks_for", [None, int])
def test_a_pause_that_nobody_ends_fails_the_run(world: World, asks_for: Any) -> None:
    with pytest.raises(FlowPauseTimeout, match="paused and never resumed"):
        waits(asks_for, timeout=0)
    [run] = world.runs()
    assert (run["state_type"], run["state"]["message"]) == (
        "FAILED",
        "The flow was paused and never resumed.",
    )
    with pytest.raises(NotPausedError):
        resume_flow_run(run["id"])


def test_the_awaiting_run_fails_in_time_as_well(world: World) -> None:
    @flow
    async def impatient() -> None:
        await apause_flow_run(timeout=0)

    with pytest.raises(FlowPauseTimeout):
        asyncio.run(impatient())
    assert [run["state_name"] for run in world.runs()] == ["Failed"]


def test_it_fails_although_the_flow_takes_no_notice(world: World) -> None:
    @flow
    def stubborn() -> int:
        with pytest.raises(FlowPauseTimeout):
            pause_flow_run(timeout=0)
        return 1

    state = stubborn(return_state=True)
    assert (state.name, state.message) == ("Failed", "The flow was paused and never resumed.")


def test_a_run_that_is_cancelled_while_it_is_paused_stops_at_once(world: World) -> None:
    running = world.start(waits, return_state=True)
    [run_id] = world.paused()
    get_client(sync_client=True).set_flow_run_state(run_id, Cancelling())
    assert running.result(30).type.value in ("CANCELLING", "CANCELLED")


def test_a_run_that_is_ended_while_it_is_paused_stops_at_once(world: World) -> None:
    running = world.start(waits)
    [run_id] = world.paused()
    get_client(sync_client=True).set_flow_run_state(run_id, Cancelled(), force=True)
    with pytest.raises(Abort):
        running.result(30)
    assert world.run(run_id)["state_name"] == "Cancelled"


def test_a_run_that_goes_on_without_its_answer_says_so(world: World) -> None:
    running = world.start(waits, int)
    [run_id] = world.paused()
    get_client(sync_client=True).set_flow_run_state(run_id, prefect.states.Running())
    with pytest.raises(RuntimeError, match="without an answer"):
        running.result(30)


# -- wrong calls ---------------------------------------------------------------------------------


def test_pauses_belong_into_flow_runs() -> None:
    with pytest.raises(RuntimeError, match="outside of flow runs"):
        pause_flow_run()
    with pytest.raises(RuntimeError, match="outside of flow runs"):
        asyncio.run(apause_flow_run())


def test_only_paused_runs_are_resumed() -> None:
    state = flow(lambda: 1, name="short")(return_state=True)
    with pytest.raises(NotPausedError):
        resume_flow_run(state.state_details.flow_run_id)
    with pytest.raises(ObjectNotFound):
        resume_flow_run(uuid4())


def test_a_default_for_a_field_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no field 'approve'"):
        Approval.with_initial_data(approve=True)


def test_defaults_keep_what_a_field_checks() -> None:
    asks_for = RunInput.subclass_from_base_model_type(Person).with_initial_data(age=3)
    assert asks_for(name="x").age == 3
    with pytest.raises(ValidationError):
        asks_for(name="x", age=-1)
    with pytest.raises(ValidationError):
        asks_for(name="x", other=1)


@pytest.mark.parametrize("name", ["pause_flow_run", "suspend_flow_run", "resume_flow_run"])
def test_the_functions_have_their_names_everywhere(name: str) -> None:
    home = getattr(prefect.flow_runs, name)
    assert getattr(prefect, name) is home
    assert getattr(prefect, f"a{name}") is getattr(prefect.flow_runs, f"a{name}") is home.aio
    assert inspect.signature(home).parameters.keys() == inspect.signature(home.aio).parameters.keys()
    with pytest.warns(DeprecationWarning, match=r"prefect\.flow_runs"):
        assert getattr(prefect.engine, name) is home
