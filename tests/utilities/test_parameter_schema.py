"""The JSON schema of parameters."""

from __future__ import annotations

import enum
from datetime import datetime

import pydantic
import pytest

from prefect.utilities.annotations import freeze
from prefect.utilities.callables import (
    ParameterSchema,
    parameter_docstrings,
    parameter_schema,
    parameter_schema_from_entrypoint,
)


class Color(enum.Enum):
    RED = "red"


class Model(pydantic.BaseModel):
    a: int
    c: Color = Color.RED


OtherModel = pydantic.create_model("Model", b=(str, ...))


def documented(x: int, when: datetime | None = None, *rest, **more):
    """What it does.

    Args:
        x: the x
            and more of it
        when (datetime): the time
    Returns:
        nothing
    """


def test_a_documented_function():
    assert parameter_schema(documented).model_dump() == {
        "title": "Parameters",
        "type": "object",
        "properties": {
            "x": {"position": 0, "title": "x", "type": "integer", "description": "the x\nand more of it"},
            "when": {
                "position": 1,
                "title": "when",
                "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
                "default": None,
                "description": "the time",
            },
            "rest": {"position": 2, "title": "rest"},
            "more": {"position": 3, "title": "more"},
        },
        "required": ["x"],
        "definitions": {},
    }


def test_models_become_definitions_and_names_do_not_clash():
    def function(m: Model, o: OtherModel, c: Color = Color.RED):
        pass

    schema = parameter_schema(function)
    assert schema.properties["c"] == {
        "$ref": "#/definitions/Color",
        "default": "red",
        "position": 2,
        "title": "c",
    }
    assert len(schema.definitions) == 3
    assert schema.required == ["m", "o"]


class Plain:
    pass


def test_what_has_no_schema_allows_anything():
    def function(x: Plain, y: Undefined = 1, z=lambda: 1, copy: int = 1, _private: int = 2):  # noqa: F821
        pass

    properties = parameter_schema(function).properties
    assert properties["x"] == {"position": 0, "title": "x"}
    assert properties["y"] == {"position": 1, "title": "y", "default": 1}
    assert properties["z"] == {"position": 2, "title": "z"}
    assert properties["copy"]["type"] == properties["_private"]["type"] == "integer"


def test_frozen_defaults_and_empty_schemas():
    def function(y=freeze([1])):  # noqa: B008 - a frozen default is what is tested
        pass

    assert parameter_schema(function).properties["y"] == {
        "default": [1],
        "enum": [[1]],
        "readOnly": True,
        "position": 0,
        "title": "y",
    }
    assert "required" not in ParameterSchema().model_dump_for_openapi()


def test_methods_lose_self():
    class Owner:
        def method(self, x: int):
            pass

    assert list(parameter_schema(Owner.method).properties) == ["x"]
    assert list(parameter_schema(Owner().method).properties) == ["x"]


@pytest.mark.parametrize(
    ("docstring", "entries"),
    [
        (None, {}),
        ("Short.", {}),
        ("Args:\n  x: a\n  y (str): b c\n", {"x": "a", "y": "b c"}),
        (
            "S.\n\n    Args:\n        x: a\n\n            b\n        *args: c\n    Raises:\n        E: no",
            {"x": "a\n\nb", "*args": "c"},
        ),
    ],
)
def test_descriptions(docstring, entries):
    assert parameter_docstrings(docstring) == entries


def test_from_a_file_without_running_it(tmp_path):
    file = tmp_path / "script.py"
    file.write_text(
        "import not_there\nfrom typing import Optional\nX = 5\nraise SystemExit\n"
        "@not_there.flow\ndef f(x: int, z: Optional[str] = None, q=X, w: not_there.T = 3):\n"
        '    """\n    Args:\n        x: hi\n    """\n'
        "class C:\n    def m(self, y: 'int'): pass\n"
    )
    schema = parameter_schema_from_entrypoint(f"{file}:f")
    assert schema.required == ["x"]
    assert schema.properties["x"] == {"description": "hi", "position": 0, "title": "x", "type": "integer"}
    assert schema.properties["q"]["default"] == 5
    assert schema.properties["w"] == {"default": 3, "position": 3, "title": "w"}
    assert parameter_schema_from_entrypoint(f"{file}:C.m").properties["y"]["type"] == "integer"
    with pytest.raises(ValueError, match="nope"):
        parameter_schema_from_entrypoint(f"{file}:nope")
