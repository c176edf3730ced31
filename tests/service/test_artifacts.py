"""Operations on artifacts."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.errors import NotFound


def create(api: Any, **body: Any) -> dict[str, Any]:
    api.clock.advance(1)
    return api("artifacts.create", body={"data": "x", **body})


def latest(api: Any, **body: Any) -> list[dict[str, Any]]:
    return api("artifacts.filter_latest", body=body)


@pytest.mark.parametrize("data", ["text", 1.5, None, {"a": [1, {"b": None}]}, [1], True])
def test_any_json_value_comes_back(api: Any, data: Any) -> None:
    made = create(api, data=data, metadata_={"m": "v"})
    assert made["data"] == data
    assert api("artifacts.read", id=made["id"]) == made


def test_the_latest_of_a_key(api: Any) -> None:
    create(api, key="k", data=1)
    second = create(api, key="k", data=2, description="d")
    other = create(api, key="other", data=3)
    create(api, data="keyless")
    found = latest(api, sort="KEY_ASC")
    assert [(each["key"], each["latest_id"], each["data"]) for each in found] == [
        ("k", second["id"], 2),
        ("other", other["id"], 3),
    ]
    by_key = api("artifacts.read_latest", key="k")
    assert by_key == {**second, "id": found[0]["id"]}
    assert by_key["id"] != second["id"]
    assert api("artifacts.count") == 4
    assert api("artifacts.count_latest") == 2
    assert api("artifacts.count_latest", body={"artifacts": {"key": {"like_": "oth"}}}) == 1


def test_the_collection_follows_changes(api: Any) -> None:
    first = create(api, key="k", data=1)
    second = create(api, key="k", data=2)
    api("artifacts.update", id=first["id"], body={"data": "old changed"})
    assert api("artifacts.read_latest", key="k")["data"] == 2
    api("artifacts.update", id=second["id"], body={"data": "new", "description": "d"})
    assert api("artifacts.read_latest", key="k")["data"] == "new"
    assert api("artifacts.read", id=second["id"])["description"] == "d"
    api("artifacts.update", id=second["id"], body={"description": None})
    assert api("artifacts.read_latest", key="k")["description"] is None
    assert api("artifacts.read_latest", key="k")["data"] == "new"


def test_removal_makes_the_one_before_the_latest(api: Any) -> None:
    first, second, third = (create(api, key="k", data=i) for i in range(3))
    api("artifacts.delete", id=second["id"])
    assert api("artifacts.read_latest", key="k")["data"] == 2
    api("artifacts.delete", id=third["id"])
    assert latest(api)[0]["latest_id"] == first["id"]
    api("artifacts.delete", id=first["id"])
    assert latest(api) == []
    with pytest.raises(NotFound):
        api("artifacts.read_latest", key="k")


@pytest.mark.parametrize(
    ("operation", "more"), [("read", {}), ("update", {"body": {"data": 1}}), ("delete", {})]
)
def test_what_does_not_exist(api: Any, operation: str, more: dict[str, Any]) -> None:
    with pytest.raises(NotFound, match="Artifact not found"):
        api(f"artifacts.{operation}", id="00000000-0000-0000-0000-000000000000", **more)


def test_filters(api: Any) -> None:
    run = api.flow_run(name="r")
    of_run = create(api, key="a", flow_run_id=run["id"], type="markdown")
    table = create(api, key="b", type="table")
    lone = create(api)

    def found(**body: Any) -> list[str]:
        return [each["id"] for each in api("artifacts.filter", body=body)]

    assert found() == [lone["id"], table["id"], of_run["id"]]
    assert found(limit=1, offset=1) == [table["id"]]
    assert found(artifacts={"key": {"exists_": False}}) == [lone["id"]]
    assert found(artifacts={"type": {"not_any_": ["table"]}}) == [of_run["id"]]
    assert found(flow_runs={"name": {"any_": ["r"]}}) == [of_run["id"]]
    assert found(flows={"name": {"any_": ["demo"]}}) == [of_run["id"]]
    assert found(flows={"name": {"any_": ["no"]}}) == []
    assert found(sort="KEY_ASC")[-1] == table["id"]
    assert [each["key"] for each in latest(api, flow_runs={"name": {"any_": ["r"]}})] == ["a"]
