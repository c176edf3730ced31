"""Operations on variables."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.errors import AlreadyExists, Invalid, NotFound
from prefect._store.sql import Statement

VALUES = ["text", "", 1, 2**60, -1.5, True, False, None, [1, [2, {}]], {"a": {"b": [None, "ü"]}}]


@pytest.mark.parametrize("value", VALUES)
def test_any_json_value_comes_back_as_it_was(api: Any, value: Any) -> None:
    created = api("variables.create", body={"name": "v", "value": value, "tags": ["a"]})
    assert created["value"] == value
    assert type(created["value"]) is type(value)
    assert api("variables.read", id=created["id"]) == created
    assert api("variables.read_by_name", name="v") == created


def test_a_name_is_given_once(api: Any) -> None:
    api("variables.create", body={"name": "v", "value": 1})
    with pytest.raises(AlreadyExists, match="'v' already exists") as refused:
        api("variables.create", body={"name": "v", "value": 2})
    assert refused.value.status == 409
    assert api("variables.read_by_name", name="v")["value"] == 1


def test_many_at_once_create_one(api: Any) -> None:
    futures = [api.send("variables.create", body={"name": "v", "value": i}) for i in range(12)]
    refused = [future.exception(30) for future in futures]
    assert sum(error is None for error in refused) == 1
    assert sum(isinstance(error, AlreadyExists) for error in refused) == 11


def test_only_what_the_body_names_changes(api: Any) -> None:
    created = api("variables.create", body={"name": "v", "value": 1, "tags": ["a"]})
    api.clock.advance(60)
    api("variables.update", id=created["id"], body={"tags": ["b"]})
    changed = api("variables.read", id=created["id"])
    assert (changed["name"], changed["value"], changed["tags"]) == ("v", 1, ["b"])
    assert changed["created"] == created["created"]
    assert changed["updated"] > created["updated"]
    api("variables.update_by_name", name="v", body={"value": None, "name": "w"})
    assert api("variables.read_by_name", name="w")["value"] is None


def test_a_name_cannot_be_taken_from_another(api: Any) -> None:
    api("variables.create", body={"name": "v", "value": 1})
    other = api("variables.create", body={"name": "w", "value": 2})
    with pytest.raises(AlreadyExists):
        api("variables.update", id=other["id"], body={"name": "v"})
    api("variables.update", id=other["id"], body={"name": "w", "value": 3})
    assert api("variables.read_by_name", name="w")["value"] == 3


def test_what_is_removed_is_gone(api: Any) -> None:
    first = api("variables.create", body={"name": "v", "value": 1})
    api("variables.create", body={"name": "w", "value": 1})
    api("variables.delete", id=first["id"])
    api("variables.delete_by_name", name="w")
    assert api("variables.count") == 0


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("variables.read", {"id": "00000000-0000-4000-8000-000000000000"}),
        ("variables.read_by_name", {"name": "v"}),
        ("variables.update", {"id": "00000000-0000-4000-8000-000000000000", "body": {"value": 1}}),
        ("variables.update_by_name", {"name": "v", "body": {"value": 1}}),
        ("variables.delete", {"id": "00000000-0000-4000-8000-000000000000"}),
        ("variables.delete_by_name", {"name": "v"}),
    ],
)
def test_what_is_not_there_is_not_found(api: Any, operation: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(NotFound, match="Variable not found"):
        api(operation, **arguments)


@pytest.fixture
def three(api: Any) -> Any:
    for name, tags in (("apple", ["fruit", "red"]), ("banana_split", ["fruit"]), ("car", [])):
        api("variables.create", body={"name": name, "value": 1, "tags": tags})
        api.clock.advance(1)
    return api


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, "apple banana_split car"),
        ({"name": {"any_": ["car", "apple", "none"]}}, "apple car"),
        ({"name": {"any_": []}}, ""),
        ({"name": {"like_": "AN"}}, "banana_split"),
        ({"name": {"like_": "_"}}, "banana_split"),
        ({"tags": {"all_": ["fruit"]}}, "apple banana_split"),
        ({"tags": {"all_": ["fruit", "red"]}}, "apple"),
        ({"tags": {"is_null_": True}}, "car"),
        ({"tags": {"is_null_": False}}, "apple banana_split"),
        ({"operator": "or_", "name": {"any_": ["car"]}, "tags": {"all_": ["red"]}}, "apple car"),
        ({"name": {"any_": ["car"]}, "tags": {"all_": ["red"]}}, ""),
    ],
)
def test_filters(three: Any, given: dict[str, Any], found: str) -> None:
    body = {"variables": given}
    assert [each["name"] for each in three("variables.filter", body=body)] == found.split()
    assert three("variables.count", body=body) == len(found.split())


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("NAME_ASC", "apple banana_split car"),
        ("NAME_DESC", "car banana_split apple"),
        ("CREATED_DESC", "car banana_split apple"),
        ("UPDATED_DESC", "apple car banana_split"),
    ],
)
def test_orders(three: Any, sort: str, found: str) -> None:
    three("variables.update_by_name", name="apple", body={"value": 2})
    assert [each["name"] for each in three("variables.filter", body={"sort": sort})] == found.split()


def test_pages(three: Any) -> None:
    assert [each["name"] for each in three("variables.filter", body={"limit": 1, "offset": 1})] == [
        "banana_split"
    ]
    assert three("variables.filter", body={"limit": 0}) == []
    with pytest.raises(Invalid, match="less than or equal to 200"):
        three("variables.filter", body={"limit": 201})


def test_each_change_is_told(api: Any) -> None:
    created = api("variables.create", body={"name": "v", "value": 1})
    api("variables.update", id=created["id"], body={"value": 2})
    api("variables.delete", id=created["id"])
    log = Statement("log", "SELECT topic, subject FROM outbox ORDER BY seq")
    told = api.store.read(lambda tx: tx.all(log))
    assert [row["topic"] for row in told] == [
        f"prefect.variable.{what}" for what in ("created", "updated", "deleted")
    ]
    assert {row["subject"] for row in told} == {created["id"]}
