"""`prefect sdk generate`: a module that runs deployments."""

from __future__ import annotations

import importlib.util
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._cli import client, sdk_source
from prefect._cli.sdk_annotations import annotation
from prefect._link import choose

Run = Callable[..., Any]
SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "position": 1},
        "x": {"type": "integer", "default": 3, "position": 0, "description": "How often."},
        "class": {"enum": ["a", "b"], "default": "a", "position": 2},
        "home": {"$ref": "#/definitions/Home", "position": 3, "default": None},
    },
    "required": ["city"],
    "definitions": {"Home": {"type": "object", "properties": {}}},
}


@pytest.fixture(autouse=True)
def store(home: Any) -> Iterator[None]:
    choose.reset()
    yield
    choose.reset()


@pytest.fixture
def deployments(prefect: Run) -> None:
    prefect("work-pool", "create", "my pool", "--type", "process")
    for flow, name, more in (
        ("etl", "prod", {"work_pool_name": "my pool", "parameters": {"x": 7}}),
        ("etl", "dev", {"description": 'Says """this""" and \\ that"'}),
        ("Etl", "prod", {"parameter_openapi_schema": {}}),
    ):
        flow_id = client.call("flows.create", body={"name": flow})["id"]
        body = {"name": name, "flow_id": flow_id, "parameter_openapi_schema": SCHEMA, **more}
        client.call("deployments.create", body=client.checked("deployments.create", body))


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("made", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_module_that_runs_deployments(prefect: Run, deployments: None, tmp_path: Path) -> None:
    path = tmp_path / "sub" / "mine.py"
    done = prefect("sdk", "generate", "--output", str(path))
    assert (done.code, "from mine import deployments" in done.out) == (0, True)
    made = _load(path)
    assert made.DeploymentName == Literal["Etl/prod", "etl/dev", "etl/prod"]
    assert set(made.MyPoolJobVariables.__annotations__) >= {"env", "working_dir"}
    prod = made.deployments.from_name("etl/prod")
    takes = inspect.signature(prod.run).parameters
    assert list(takes) == ["city", "x", "class_", "home"]
    assert [each.default for each in takes.values()] == [inspect.Parameter.empty, 7, "a", None]
    assert takes["class_"].annotation == "Literal['a', 'b']"
    chosen = prod.with_options(tags=["t"], flow_run_name="mine").with_infra(env={"A": "1"})
    future = chosen.run("Ulm", class_="b", x=7)
    run = client.call("flow_runs.read", id=str(future.flow_run_id))
    assert run["name"] == "mine"
    assert run["parameters"] == {"x": 7, "city": "Ulm", "class": "b"}
    assert run["tags"] == ["t"]
    assert run["job_variables"] == {"env": {"A": "1"}}
    assert made.deployments.from_name("Etl/prod").run().flow_run_id
    assert made.deployments.from_name("etl/dev").run("Ulm").flow_run_id != future.flow_run_id
    with pytest.raises(KeyError):
        made.deployments.from_name("etl/none")


async def _in_async_code(made: Any) -> tuple[Any, Any]:
    dev = made.deployments.from_name("etl/dev")
    return await dev.run_async("Ulm"), dev.run("Ulm")


def test_both_forms_in_async_code(prefect: Run, deployments: None, tmp_path: Path) -> None:
    import asyncio

    path = tmp_path / "mine.py"
    prefect("sdk", "generate", "-o", str(path), "-f", "etl", "-d", "dev")
    made = _load(path)
    assert not hasattr(made, "MyPoolJobVariables")
    first, second = asyncio.run(_in_async_code(made))
    assert first.flow_run_id != second.flow_run_id


def test_what_cannot_be_written(prefect: Run, deployments: None, tmp_path: Path) -> None:
    none = prefect("sdk", "generate", "-o", "x.py", "-f", "none", "-d", "etl/prod")
    assert (none.code, "--flow none --deployment etl/prod" in none.out) == (1, True)
    folder = prefect("sdk", "generate", "-o", str(tmp_path))
    assert (folder.code, "is a directory" in folder.out) == (1, True)
    assert prefect("sdk", "generate").code == 2


def test_a_store_without_deployments(prefect: Run) -> None:
    done = prefect("sdk", "generate", "-o", "x.py")
    assert (done.code, "'prefect deploy' makes one" in done.out) == (1, True)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "format": "date-time"}, "str"),
        ({"type": ["integer", "null"]}, "int | None"),
        ({"anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "number"}}]}, "list[float] | None"),
        ({"enum": ["x|y", 1, None]}, "Literal['x|y', 1] | None"),
        ({"enum": [1.5]}, "Any"),
        ({"const": True}, "Literal[True]"),
        ({"allOf": [{"type": "boolean"}]}, "bool"),
        ({"type": "array", "maxItems": 2, "prefixItems": [{"type": "string"}, {}]}, "tuple[str, Any]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]"),
        ({"$ref": "#/definitions/A", "definitions": {"A": {"$ref": "#/definitions/A"}}}, "Any"),
        ({"$ref": "#/nowhere"}, "Any"),
        ({}, "Any"),
    ],
)
def test_annotations(schema: Any, expected: str) -> None:
    assert annotation(schema, schema) == expected


PLAIN = st.sampled_from(["string", "integer", "number", "boolean", "null"])
LEAF = st.fixed_dictionaries({"type": PLAIN}) | st.fixed_dictionaries(
    {"enum": st.lists(st.text(), min_size=1)}
)
SCHEMAS = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1)}),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"type": st.just("object"), "additionalProperties": inner}),
    ),
)


@given(
    names=st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), min_size=1, max_size=3, unique=True),
    properties=st.dictionaries(st.text(min_size=1), SCHEMAS, max_size=4),
    description=st.none() | st.text(),
)
def test_whatever_things_are_called_the_module_is_one(
    names: list[tuple[str, str]], properties: dict[str, Any], description: str | None
) -> None:
    schema = {"type": "object", "properties": properties}
    made = [sdk_source.Deployment(flow, name, description, "p", schema, {}) for flow, name in names]
    about = sdk_source.About("now", "3", None, "mine")
    text = sdk_source.module(made, {"p": schema}, about)
    space: dict[str, Any] = {"__name__": "mine"}
    exec(compile(text, "mine.py", "exec"), space)
    for each in {each.name: each for each in made}.values():
        found = space["deployments"].from_name(each.name)
        assert len(inspect.signature(found.run).parameters) == len(properties)
    (pool,) = [name for name in space if re.fullmatch("P[jJ]obVariables|PJobVariables", name)]
    get_type_hints(space[pool], space)
