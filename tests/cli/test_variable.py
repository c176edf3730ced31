"""``prefect variable``, on operations in memory and on those of the embedded store."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from prefect._base import clock, ids
from prefect._base.errors import NotFound
from prefect._cli import client

Run = Callable[..., Any]


class MemoryVariables:
    """The operations on variables, kept in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def __call__(self, name: str, /, **arguments: Any) -> Any:
        return getattr(self, name.partition(".")[2])(**arguments)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        now = clock.to_iso(clock.system.now_us())
        row = {"id": ids.new_id(), "created": now, "updated": now, "tags": [], **body}
        self.rows[body["name"]] = row
        return row

    def filter(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        assert body["sort"] == "NAME_ASC"
        found = sorted(self.rows.values(), key=lambda row: row["name"])
        return found[body["offset"] : body["offset"] + body["limit"]]

    def read_by_name(self, name: str) -> dict[str, Any]:
        if name not in self.rows:
            raise NotFound("Variable")
        return self.rows[name]

    def update_by_name(self, name: str, body: dict[str, Any]) -> None:
        self.read_by_name(name).update(body)

    def delete_by_name(self, name: str) -> None:
        self.read_by_name(name)
        del self.rows[name]


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


EMBEDDED = all(_is_there(f"prefect.{name}") for name in ("_link.choose", "_wire.operations.variables"))


@pytest.fixture(
    params=[
        "memory",
        pytest.param("embedded", marks=pytest.mark.skipif(not EMBEDDED, reason="the store is not there")),
    ],
    autouse=True,
)
def operations(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == "memory":
        monkeypatch.setattr(client, "call", MemoryVariables())
        yield
        return
    yield
    client.choose.reset()


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2), ('{"x": 1}', {"x": 1}), ("hello", "hello"), ('"2"', "2"), ("null", None)]
)
def test_values_are_json_or_text(text: str, value: object, prefect: Run) -> None:
    assert prefect("variable", "set", "a", text) == (0, "Set variable 'a'.\n", "")
    assert prefect("variable", "get", "a").json == value


def test_a_variable_is_not_overwritten_unasked(prefect: Run) -> None:
    prefect("variable", "set", "a", "1", "--tag", "x", "--tag", "y")
    code, out, _ = prefect("variable", "set", "a", "2")
    assert code == 1
    assert "--overwrite" in out
    assert prefect("variable", "get", "a").out == "1\n"
    assert prefect("variable", "set", "a", "2", "--overwrite").code == 0
    found = prefect("variable", "inspect", "a", "-o", "json").json
    assert (found["name"], found["value"], found["tags"]) == ("a", 2, ["x", "y"])
    assert prefect("variable", "set", "a", "2", "--overwrite", "--empty-tag").code == 0
    assert prefect("variable", "inspect", "a", "-o", "json").json["tags"] == []


def test_listing(prefect: Run) -> None:
    assert prefect("variable", "ls", "-o", "json").json == []
    for name in ("b", "a", "c"):
        prefect("variable", "set", name, f"value {name}")
    assert [each["name"] for each in prefect("variable", "ls", "--limit", "2", "-o", "json").json] == [
        "a",
        "b",
    ]
    _, out, _ = prefect("variable", "ls")
    assert [line.split()[0] for line in out.splitlines()] == ["Name", "a", "b", "c"]
    assert '"value a"' in out
    assert "just now" in out or "second" in out
    assert "value:   " in prefect("variable", "inspect", "a").out


@pytest.mark.parametrize("word", ["unset", "delete"])
def test_removing(word: str, prefect: Run) -> None:
    prefect("variable", "set", "a", "1")
    assert prefect("variable", word, "a") == (0, "Unset variable 'a'.\n", "")
    for command in (["get"], [word], ["inspect"]):
        code, out, _ = prefect("variable", *command, "a")
        assert code == 1
        assert "Variable 'a' not found" in out


def test_long_lists_come_in_pages(prefect: Run) -> None:
    client.PAGE, page = 2, client.PAGE
    try:
        for name in "abcde":
            prefect("variable", "set", name, "1")
        assert len(prefect("variable", "ls", "-o", "json").json) == 5
        assert len(prefect("variable", "ls", "--limit", "3", "-o", "json").json) == 3
    finally:
        client.PAGE = page


@pytest.mark.parametrize("name", ["Bad Name", "Ä", "x" * 256, ""])
def test_names_are_checked_before_anything_is_written(name: str, prefect: Run) -> None:
    code, out, _ = prefect("variable", "set", name, "1")
    assert code == 1
    assert out.startswith("Invalid name: ")
    assert prefect("variable", "ls", "-o", "json").json == []


def test_values_are_checked(prefect: Run) -> None:
    code, out, _ = prefect("variable", "set", "a", '"' + "x" * 5000 + '"')
    assert (code, out) == (1, "Invalid value: The value is longer than 5000 characters of JSON.\n")
