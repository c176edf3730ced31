"""The endpoints are those that clients know: paths, parameters, bodies, answers and status codes.

What clients send and read has to be there with the same requiredness; more may be there. What differs on
purpose is listed with its reason, and a difference that is no more has to be taken off the list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from tests.api import facts

from prefect._api import openapi, routes
from prefect._wire.operation import resolve

THEIRS: dict[str, Any] = json.loads(facts.RECORDED.read_text())

DIFFERENCES: dict[tuple[str, str], str] = {
    ("GET /admin/settings", "answers"): "the answer is the same; its hundred models are not described",
    ("POST /block_schemas/", "body"): "the type can be left out by clients that register both in one go",
}


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    described = openapi.document(routes.all_operations(), "")
    schemas = described["components"]["schemas"]
    return {
        f"{method.upper()} {facts.placeless(path)}": facts.endpoint(endpoint, schemas)
        for path, endpoints in described["paths"].items()
        for method, endpoint in endpoints.items()
    }


@pytest.mark.parametrize("name", sorted(THEIRS))
def test_an_endpoint_is_what_clients_know(name: str, ours: dict[str, Any]) -> None:
    assert name in ours, "the endpoint is not there"
    found = dict(_differences(THEIRS[name], ours[name]))
    listed = {part for endpoint, part in DIFFERENCES if endpoint == name}
    assert {part: why for part, why in found.items() if part not in listed} == {}
    assert listed <= set(found), "a listed difference is no more: take it off the list"


NAMED = sorted(name for name, endpoint in THEIRS.items() if (endpoint["body"] or {}).get("named"))


@pytest.mark.parametrize("name", NAMED)
def test_null_stands_for_an_argument_that_is_left_out(name: str) -> None:
    """Clients send what they were not given as null."""
    operations = {f"{each.method} {facts.placeless(each.path)}": each for each in routes.all_operations()}
    reference = operations[name].body
    assert reference is not None
    optional = [field for field, is_required in THEIRS[name]["body"]["fields"].items() if not is_required]
    refused: set[Any] = set()
    try:
        TypeAdapter(resolve(reference)).validate_python(dict.fromkeys(optional))
    except ValidationError as error:
        refused = {each["loc"][0] for each in error.errors() if each["loc"]}
    assert not refused & set(optional)


def _differences(theirs: dict[str, Any], ours: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What clients would miss, by part."""
    if missing := _missing(theirs["query"], ours["query"]):
        yield "query", missing
    if (theirs["body"] is None) != (ours["body"] is None):
        yield "body", (theirs["body"], ours["body"])
    elif theirs["body"] is not None:
        if theirs["body"]["required"] != ours["body"]["required"]:
            yield "required", theirs["body"]["required"]
        if missing := _missing(theirs["body"]["fields"] or {}, ours["body"]["fields"] or {}):
            yield "body", missing
    if strange := set(map(int, ours["answers"])) - set(theirs["statuses"]):
        yield "status", strange
    if missing := _answered(theirs) - _answered(ours):
        yield "answers", missing


def _missing(theirs: dict[str, bool], ours: dict[str, bool]) -> dict[str, bool]:
    """What is not there or not as required, and what is required here alone."""
    found = {name: required for name, required in theirs.items() if ours.get(name) != required}
    return found | {name: True for name, required in ours.items() if required and name not in theirs}


def _answered(facts: dict[str, Any]) -> set[str]:
    return {field for fields in facts["answers"].values() for field in fields or ()}
