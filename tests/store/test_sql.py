"""Named statements, their dialects and their places to fill."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

import prefect
from prefect._store import migrate
from prefect._store.dialect import SQLITE, Dialect
from prefect._store.sql import Queries, parse

TEXT = """
-- Statements about things.

-- name: thing_by_id
-- One thing,
-- by its id.
SELECT * FROM thing WHERE id = :id;

-- name: now
-- What time it is.
SELECT unixepoch();
-- dialect: postgres
SELECT extract(epoch FROM now());
"""


class Is:
    def __init__(self, value: Any) -> None:
        self.value = value

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str:
        params["p"] = self.value
        return "id = :p"


def test_statements_have_names_texts_and_purposes() -> None:
    statement = parse(TEXT, "here")["thing_by_id"]
    assert statement.text == "SELECT * FROM thing WHERE id = :id"
    assert statement.purpose == "One thing, by its id."


def test_a_dialect_may_have_its_own_text() -> None:
    now = parse(TEXT, "here")["now"]
    assert now.for_dialect("sqlite") == "SELECT unixepoch()"
    assert now.for_dialect("postgres") == "SELECT extract(epoch FROM now())"


def test_a_variant_may_stand_under_the_same_name() -> None:
    text = "-- name: now\n-- What time it is.\nSELECT 1;\n\n-- name: now (postgres)\nSELECT 2;"
    now = parse(text, "variant_under")["now"]
    assert (now.for_dialect("sqlite"), now.for_dialect("postgres")) == ("SELECT 1", "SELECT 2")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("-- name: a (postgres)\nSELECT 1;", "before the statement"),
        ("-- name: a\n-- Does.\nSELECT 1;\n-- name: a\n-- Does.\nSELECT 2;", "twice"),
        ("-- name: a\nSELECT 1;", "purpose"),
        ("SELECT 1;", "before"),
    ],
)
def test_a_careless_file_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse(text, "here")


def test_places_are_filled_and_parameters_added() -> None:
    statement = parse("-- name: a\n-- Does.\nSELECT 1 WHERE {where} LIMIT :n", "here")["a"]
    assert statement.fill(where=Is(5)).render(SQLITE, {"n": 1}) == (
        "SELECT 1 WHERE id = :p LIMIT :n",
        {"n": 1, "p": 5},
    )
    with pytest.raises(ValueError, match="places"):
        statement.fill(order=Is(5)).render(SQLITE, {})


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no statement named 'nothing'"):
        _ = Queries(__file__).nothing


def test_every_statement_of_the_package_fits_the_schema() -> None:
    database = sqlite3.connect(":memory:")
    for version in range(1, migrate.LATEST + 1):
        database.executescript(migrate.script(version))
    found = 0
    for file in Path(prefect.__file__).parent.rglob("*.sql"):
        if file.parent.name == "migrations":
            continue
        for statement in Queries(file, file.name):
            found += 1
            if "{" in statement.text:
                continue
            names = dict.fromkeys(_parameters(statement.text))
            database.execute(f"EXPLAIN {statement.text}", names)
    assert found > 10
    database.close()


def _parameters(text: str) -> list[str]:
    return re.findall(r":(\w+)", text)


def test_each_script_of_the_schema_is_listed() -> None:
    folder = Path(migrate.__file__).parent / "migrations"
    assert sorted(file.stem for file in folder.glob("*.sql")) == list(migrate.SCRIPTS)


def test_service_modules_have_readable_statements() -> None:
    service = importlib.import_module("prefect._service")
    for module in pkgutil.walk_packages(service.__path__, "prefect._service."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Queries):
                assert list(value)
