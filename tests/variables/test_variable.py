"""`Variable` as users call it, blocking and awaited."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any

import pytest
from pydantic import ValidationError

from prefect._wire.variables import VariableCreate, VariableUpdate
from prefect.variables import Variable


def test_set_get_unset() -> None:
    assert Variable.set("answer", 42) == Variable(name="answer", value=42, tags=[])
    assert Variable.get("answer") == 42
    assert Variable.unset("answer") is True
    assert Variable.unset("answer") is False
    assert Variable.get("answer") is None
    assert Variable.get("answer", 7) == 7


def test_a_variable_is_replaced_only_when_asked() -> None:
    Variable.set("v", 1, tags=["a"])
    with pytest.raises(ValueError, match="overwrite"):
        Variable.set("v", 2)
    assert Variable.get("v") == 1
    assert Variable.set("v", None, overwrite=True) == Variable(name="v", value=None, tags=[])
    assert Variable.get("v", "default") is None


@pytest.mark.parametrize("value", ["", "x" * 4998, 0, 1.0, True, None, [], {"a": [{"b": None}]}])
def test_values(value: Any) -> None:
    Variable.set("v", value)
    got = Variable.get("v")
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    "value", [object(), {1: 2}, {"a": {1, 2}}, float("nan"), {"a": float("inf")}, "x" * 4999, b"bytes"]
)
def test_values_that_json_cannot_hold(value: Any) -> None:
    with pytest.raises(ValidationError):
        Variable.set("v", value)
    assert Variable.get("v") is None


@pytest.mark.parametrize("name", ["", "Upper", "with space", "a/b", "ä", "x" * 256, "a\n"])
def test_names_that_a_variable_cannot_have(name: str) -> None:
    with pytest.raises(ValidationError):
        Variable.set(name, 1)
    assert Variable.get(name, "default") == "default"
    assert Variable.unset(name) is False


@pytest.mark.parametrize("name", ["a", "a-b_c", "0", "x" * 255])
def test_names(name: str) -> None:
    assert Variable.set(name, 1).name == name


async def _life() -> list[Any]:
    made = await Variable.aset("v", [1], tags=["t"])
    again = Variable.set("v", [2], overwrite=True)
    assert inspect.iscoroutine(again)
    await again
    return [made.tags, await Variable.aget("v"), await Variable.get("v"), await Variable.aunset("v")]


def test_the_same_awaited() -> None:
    assert asyncio.run(_life()) == [["t"], [2], [2], True]


async def _forced() -> Any:
    return Variable.get("v", "none", _sync=True)


def test_the_choice_can_be_forced() -> None:
    assert asyncio.run(_forced()) == "none"
    assert asyncio.run(Variable.get("v", "none", _sync=False)) == "none"
    assert asyncio.run(Variable.get.aio(Variable, "v", "none")) == "none"


async def _gathered() -> list[Any]:
    await asyncio.gather(*(Variable.aset(f"v{i}", i) for i in range(50)))
    return list(await asyncio.gather(*(Variable.aget(f"v{i}") for i in range(50))))


def test_many_at_once() -> None:
    assert asyncio.run(_gathered()) == list(range(50))


@pytest.mark.parametrize("name", ["set", "get", "unset"])
def test_both_doors_take_the_same_arguments(name: str) -> None:
    blocking, awaiting = getattr(Variable, name), getattr(Variable, f"a{name}")
    assert inspect.signature(blocking) == inspect.signature(awaiting)
    assert blocking.__doc__
    assert awaiting.__doc__


@pytest.mark.parametrize("model", [VariableCreate, VariableUpdate])
def test_schemas_are_those_of_the_contract(model: Any) -> None:
    fields = {
        "VariableCreate": {"name", "value", "tags"},
        "VariableUpdate": {"name", "value", "tags"},
    }
    schema = model.model_json_schema()
    assert set(schema["properties"]) == fields[model.__name__]
    assert schema["additionalProperties"] is False
    kinds = {option["type"] for option in schema["properties"]["value"]["anyOf"]}
    assert kinds == {"string", "integer", "boolean", "number", "object", "array", "null"}
    assert json.dumps(schema)
