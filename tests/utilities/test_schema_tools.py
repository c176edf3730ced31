"""Placeholders are filled in, and parameters are held against their schema."""

from __future__ import annotations

from typing import Any

import pytest

from prefect.utilities.schema_tools import (
    CircularSchemaRefError,
    HydrationContext,
    HydrationError,
    ValidationError,
    hydrate,
    is_valid_schema,
    validate,
)
from prefect.utilities.schema_tools import hydration as h
from prefect.utilities.schema_tools.validation import build_error_obj, is_valid, preprocess_schema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "a": {"type": "integer"},
        "b": {"type": "string", "default": "x"},
        "c": {"allOf": [{"$ref": "#/definitions/M"}]},
        "o": {"type": "string"},
        "t": {"type": "array", "items": [{"type": "integer"}, {"type": "string"}]},
    },
    "required": ["a"],
    "definitions": {"M": {"type": "object", "properties": {"q": {"type": "integer"}}, "required": ["q"]}},
}
KNOWS = HydrationContext(
    render_jinja=True,
    jinja_context={"y": 5},
    render_workspace_variables=True,
    workspace_variables={"v": [1]},
)


def kind(name: str | None, **members: Any) -> dict[str, Any]:
    return {"__prefect_kind": name, **members}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1, 1),
        (kind("json", value='{"x": [1]}'), {"x": [1]}),
        (kind("json", value=kind("jinja", template="[1, {{ y }}]")), [1, 5]),
        (kind("none", value=3), 3),
        (kind("of-tomorrow", value=3), 3),
        (kind(None, value=kind("json", value="[1]")), [1]),
        (kind("jinja", template="x {{ y }}"), "x 5"),
        (kind("workspace_variable", variable_name="v"), [1]),
        ([kind("json", value="1"), {"b": kind("json", value="2")}], [1, {"b": 2}]),
        (kind("json", value="{"), h.InvalidJSON("x").__class__),
        (kind("jinja", template="{{ y"), h.InvalidJinja),
        (kind("jinja", template="{{ ''.__class__.__mro__ }}"), h.InvalidJinja),
        (kind("jinja", template=7), h.InvalidJinja),
        (kind("jinja"), h.TemplateNotFound),
        (kind("none"), h.ValueNotFound),
        (kind("workspace_variable", variable_name="w"), h.WorkspaceVariableNotFound),
    ],
)
def test_placeholders(given: Any, expected: Any) -> None:
    found = hydrate({"p": given}, KNOWS)["p"]
    if isinstance(expected, type):
        assert type(found) is expected
        assert found.is_error
        with pytest.raises(HydrationError, match=r"\w"):
            hydrate({"p": given}, KNOWS.model_copy(update={"raise_on_error": True}))
    else:
        assert found == expected


def test_what_is_not_rendered_yet_stays_a_placeholder() -> None:
    given = {
        "j": kind("jinja", template="{{ y }}"),
        "v": kind("workspace_variable", variable_name="v"),
        "none": kind("json"),
    }
    assert hydrate(given) == {"j": h.ValidJinja("{{ y }}"), "v": h.WorkspaceVariable("v")}


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({"a": 1}, True),
        ({"a": 1, "o": None}, True),
        ({"a": 1, "b": None}, False),
        ({"a": 1, "zz": 2}, True),
        ({"a": "1"}, False),
        ({}, False),
        ({"a": 1, "t": [1, "x"]}, True),
        ({"a": 1, "t": ["x", 1]}, False),
        ({"a": h.InvalidJSON("bad")}, False),
    ],
)
def test_parameters_are_held_against_the_schema(given: dict[str, Any], fits: bool) -> None:
    assert is_valid(given, SCHEMA) is fits
    if not fits:
        with pytest.raises(ValidationError, match="Validation failed"):
            validate(given, SCHEMA, raise_on_error=True)


def test_options() -> None:
    assert validate({}, SCHEMA, ignore_required=True) == []
    assert validate({"a": 1, "b": None}, SCHEMA, allow_none_with_default=True) == []
    before = repr(SCHEMA)
    assert preprocess_schema(SCHEMA)["properties"]["o"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert repr(SCHEMA) == before


def test_errors_as_a_tree() -> None:
    errors = validate({"a": h.InvalidJSON("bad"), "c": {}, "t": [1, 2]}, SCHEMA)
    assert build_error_obj(errors) == {
        "valid": False,
        "errors": [
            {"property": "c", "errors": [{"property": "q", "errors": ["'q' is a required property"]}]},
            {"property": "t", "errors": [{"index": 1, "errors": ["2 is not of type 'string'"]}]},
            {"property": "a", "errors": ["Invalid JSON: bad"]},
        ],
    }
    assert build_error_obj([]) == {"valid": True, "errors": []}


def test_schemas_that_cannot_be_used() -> None:
    with pytest.raises(ValueError, match="Invalid schema"):
        is_valid_schema({"type": "zz"})
    circle = {"$ref": "#/definitions/M", "definitions": {"M": {"$ref": "#/definitions/M"}}}
    with pytest.raises(CircularSchemaRefError):
        validate({}, circle)
    nowhere = {"properties": {"a": {"$ref": "http://127.0.0.1:9/x"}}}
    with pytest.raises(ValidationError, match="127"):
        validate({"a": 1}, nowhere)
