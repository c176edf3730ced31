"""What runs and people send to runs."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel, ValidationError
from tests.humans.conftest import World, said

from prefect import flow, get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.input import (
    RunInput,
    create_flow_run_input,
    create_flow_run_input_from_model,
    delete_flow_run_input,
    filter_flow_run_input,
    keyset_from_base_key,
    keyset_from_paused_state,
    read_flow_run_input,
    receive_input,
    send_input,
)
from prefect.input.run_input import run_input_subclass_from_type
from prefect.states import Paused, Running


class Word(RunInput):
    text: str


class Plain(BaseModel):
    number: int


@flow
def idle() -> None:
    pass


@pytest.fixture
def run_id(world: World) -> UUID:
    return idle(return_state=True).state_details.flow_run_id


def test_values_of_all_types_arrive_in_their_order(run_id: UUID) -> None:
    for value in (1, "a", 2, [1], {"b": None}, Plain(number=3), Word(text="w"), "c", None, True):
        send_input(value, run_id)
    assert list(receive_input(int, flow_run_id=run_id, timeout=0)) == [1, 2]
    assert list(receive_input(str, flow_run_id=run_id, timeout=0)) == ["a", "c"]
    assert list(receive_input(list, flow_run_id=run_id, timeout=0)) == [[1]]
    assert list(receive_input(dict[str, Any], flow_run_id=run_id, timeout=0)) == [{"b": None}]
    assert list(receive_input(bool, flow_run_id=run_id, timeout=0)) == [True]
    [plain] = receive_input(Plain, flow_run_id=run_id, timeout=0)
    assert isinstance(plain, Plain)
    assert plain.number == 3
    [word] = Word.receive(flow_run_id=run_id, timeout=0)
    assert (type(word), word.text, word.metadata.receiver) == (Word, "w", run_id)


def test_each_iteration_begins_with_the_first_input(run_id: UUID) -> None:
    send_input(1, run_id)
    send_input(2, run_id, sender="me")
    found = receive_input(int, flow_run_id=run_id, timeout=0, with_metadata=True)
    first, second = found
    assert (first.value, first.metadata.sender, second.metadata.sender) == (1, None, "me")
    assert first.metadata.key.startswith("intautomaticruninput-auto-")
    later = receive_input(int, flow_run_id=run_id, timeout=0, exclude_keys={first.metadata.key})
    assert list(later) == [2]
    assert list(receive_input(int, flow_run_id=run_id, timeout=0)) == [1, 2]


def test_a_prefix_of_ones_own(run_id: UUID) -> None:
    send_input(1, run_id, key_prefix="mine")
    assert list(receive_input(int, flow_run_id=run_id, timeout=0)) == []
    assert list(receive_input(int, flow_run_id=run_id, timeout=0, key_prefix="mine")) == [1]
    with pytest.raises(ValidationError):
        send_input(1, run_id, key_prefix="not/mine")


def test_whoever_waits_is_woken_by_another_thread(world: World, run_id: UUID) -> None:
    received = world.start(receive_input(str, flow_run_id=run_id).next)
    send_input("now", run_id)
    assert received.result(30) == "now"


def test_whoever_waits_is_woken_by_another_process(world: World, run_id: UUID) -> None:
    program = """
        import sys
        from uuid import UUID
        from prefect.input import receive_input, send_input
        for number in receive_input(int, flow_run_id=UUID(sys.argv[1])):
            send_input(str(number + 1), UUID(sys.argv[1]))
            if number == 3:
                break
        """
    process = world.python(program, str(run_id))
    answers = receive_input(str, flow_run_id=run_id)
    for number in (1, 2, 3):
        send_input(number, run_id)
        assert answers.next() == str(number + 1)
    assert said(process) == ""


def test_runs_talk_to_each_other(world: World) -> None:
    @flow
    def greeter() -> int:
        greeted = 0
        for name in receive_input(str, with_metadata=True):
            if name.value == "stop":
                return greeted
            name.respond(Word(text=f"hello {name.value}"))
            greeted += 1
        return greeted

    @flow
    async def guest(host: UUID) -> list[str]:
        heard: list[str] = []
        answers = Word.receive()
        for name in ("Ada", "Bob"):
            await send_input(name, host)
            heard.append((await answers.next()).text)
        await send_input("stop", host)
        return heard

    hosting = world.start(greeter)
    host = world.until(lambda: [UUID(run["id"]) for run in world.runs("RUNNING")])[0]
    assert asyncio.run(guest(host)) == ["hello Ada", "hello Bob"]
    assert hosting.result(30) == 2


def test_awaited_iterations(run_id: UUID) -> None:
    async def scene() -> list[int]:
        for number in range(3):
            await send_input(number, run_id)
        return [number async for number in receive_input(int, flow_run_id=run_id, timeout=0)]

    assert asyncio.run(scene()) == [0, 1, 2]


@pytest.mark.parametrize("raises", [False, True])
def test_nothing_comes(run_id: UUID, raises: bool) -> None:
    found = receive_input(int, flow_run_id=run_id, timeout=0, raise_timeout_error=raises)
    if raises:
        with pytest.raises(TimeoutError, match="0 seconds"):
            list(found)
    else:
        assert list(found) == []
    with pytest.raises(TimeoutError):
        found.next()
    with pytest.raises(TimeoutError):
        asyncio.run(found.anext())


def test_a_value_of_another_type_is_told(run_id: UUID) -> None:
    create_flow_run_input("intautomaticruninput-auto-1", {"value": "x"}, run_id)
    with pytest.raises(ValidationError):
        list(receive_input(int, flow_run_id=run_id, timeout=0))


def test_answers_go_to_runs_only(run_id: UUID) -> None:
    send_input("a", run_id, sender="somebody")
    [found] = receive_input(str, flow_run_id=run_id, timeout=0, with_metadata=True)
    with pytest.raises(RuntimeError, match="somebody"):
        found.respond("b")
    with pytest.raises(RuntimeError, match="made here"):
        Word(text="x").respond("b")


def test_the_run_at_hand_is_meant_unless_another_is_named(run_id: UUID) -> None:
    @flow
    def keeps() -> Any:
        create_flow_run_input("note", {"a": [1]})
        create_flow_run_input_from_model("word", Word(text="w"))
        Word.save(Word.keyset_from_type())
        with pytest.raises(PrefectHTTPStatusError):
            create_flow_run_input("note", 2)
        delete_flow_run_input("word")
        send_input(1, run_id)
        return read_flow_run_input("note"), [each.key for each in filter_flow_run_input("", limit=5)]

    state = keeps(return_state=True)
    assert state.result() == ({"a": [1]}, ["note", "word-schema"])
    [sent] = receive_input(int, flow_run_id=run_id, timeout=0, with_metadata=True)
    assert sent.metadata.sender == f"prefect.flow-run.{state.state_details.flow_run_id}"
    with pytest.raises(RuntimeError, match="id of a flow run"):
        receive_input(int)


def test_what_is_not_there(run_id: UUID) -> None:
    assert read_flow_run_input("none", run_id) is None
    with pytest.raises(PrefectHTTPStatusError) as refused:
        delete_flow_run_input("none", run_id)
    assert refused.value.response.status_code == 404
    with pytest.raises(PrefectHTTPStatusError):
        send_input(1, uuid4())
    with pytest.raises(RuntimeError, match="without an answer"):
        Word.load(keyset_from_base_key("x"), run_id)


def test_clients_handle_text(run_id: UUID) -> None:
    client = get_client(sync_client=True)
    client.create_flow_run_input(run_id, "k", '{"a": 1}', sender="me")
    client.create_flow_run_input(run_id, "text", "no json")
    assert client.read_flow_run_input(run_id, "k") == '{"a": 1}'
    assert client.read_flow_run_input(run_id, "text") == "no json"
    [found] = client.filter_flow_run_input(run_id, "k", 10, {"text"})
    assert (found.decoded_value, found.sender, found.flow_run_id) == ({"a": 1}, "me", run_id)
    client.delete_flow_run_input(run_id, "k")
    for refused in (
        lambda: client.read_flow_run_input(run_id, "k"),
        lambda: client.delete_flow_run_input(run_id, "k"),
        lambda: client.create_flow_run_input(run_id, "text", "1"),
        lambda: client.create_flow_run_input(uuid4(), "text", "1"),
    ):
        with pytest.raises(PrefectHTTPStatusError):
            refused()


def test_keysets() -> None:
    assert keyset_from_paused_state(Paused(pause_key="7"))["response"] == "paused-7-response"
    with pytest.raises(RuntimeError, match="Running"):
        keyset_from_paused_state(Running())


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        (int, "intAutomaticRunInput"),
        (list[int], "listAutomaticRunInput"),
        (Plain, "PlainRunInput"),
        (Word, "Word"),
    ],
)
def test_classes_for_types(type_: Any, name: str) -> None:
    made = run_input_subclass_from_type(type_)
    assert made.__name__ == name
    assert run_input_subclass_from_type(made) is made
    assert made.model_json_schema()["additionalProperties"] is False
