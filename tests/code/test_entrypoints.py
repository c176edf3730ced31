"""Flows are found by their entrypoints, and as far as possible without what their scripts need."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prefect import Flow, flow
from prefect.exceptions import MissingFlowError, ScriptError, UnspecifiedFlowError
from prefect.flows import (
    is_entrypoint_async,
    load_flow_arguments_from_entrypoint,
    load_flow_from_entrypoint,
    load_function_and_convert_to_flow,
    load_placeholder_flow,
    safe_load_flow_from_entrypoint,
    select_flow,
)

WHOLE = """
    from prefect import flow

    NAME = "nightly-" + "etl"

    @flow(name=NAME, retries=3, description="loads", version="1", log_prints=True, on_failure=[print])
    def etl(x: int = 1):
        return x

    @flow
    async def late_work():
        return 2

    def plain(y: str):
        return y

    class Jobs:
        @flow
        @staticmethod
        def tidy():
            return "tidied"
"""

LACKING = """
    from prefect import flow
    from package_that_is_not_there import Frame, suffix

    @flow(name="whole")
    def works(frame: Frame | None = None) -> Frame:
        return 5

    @flow(name="rest", description=suffix, retries=2)
    def needs(x=suffix):
        return x

    @flow
    async def needs_async(x=suffix):
        return x
"""

Script = Callable[[str], str]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    def write(source: str) -> str:
        path = tmp_path / "script.py"
        path.write_text(textwrap.dedent(source))
        return str(path)

    return write


def test_by_file(script: Script) -> None:
    path = script(WHOLE)
    found = load_flow_from_entrypoint(f"{path}:etl")
    assert isinstance(found, Flow)
    assert (found.name, found._entrypoint, found(4)) == ("nightly-etl", f"{path}:etl", 4)
    assert load_flow_from_entrypoint(f"{path}:Jobs.tidy")() == "tidied"


@pytest.mark.parametrize("form", ["package_of_flows.jobs.work", "package_of_flows.jobs:work"])
def test_by_module(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package_of_flows"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "jobs.py").write_text("from prefect import flow\n\n@flow\ndef work(): return 7\n")
    monkeypatch.chdir(tmp_path)
    assert load_flow_from_entrypoint(form)() == 7
    assert load_flow_arguments_from_entrypoint(form) == {"name": "work"}


@pytest.mark.parametrize(
    ("entrypoint", "error", "match"),
    [
        ("{path}:none", MissingFlowError, "no function 'none'"),
        ("{path}:Jobs.none", MissingFlowError, r"no function 'Jobs\.none'"),
        ("{path}:plain", MissingFlowError, "not a flow"),
        ("{path}", ValueError, "no entrypoint"),
        ("work", ValueError, "no entrypoint"),
        ("{path}x.py:etl", FileNotFoundError, "No such file"),
        ("module_that_is_not_there.etl", ModuleNotFoundError, "module_that_is_not_there"),
    ],
)
def test_what_is_not_there(script: Script, entrypoint: str, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        load_flow_from_entrypoint(entrypoint.format(path=script(WHOLE)))


def test_a_script_that_raises(script: Script) -> None:
    path = script(LACKING)
    with pytest.raises(ScriptError, match="package_that_is_not_there") as raised:
        load_flow_from_entrypoint(f"{path}:works", use_placeholder_flow=False)
    assert isinstance(raised.value.user_exc, ModuleNotFoundError)


def test_a_script_that_lacks_something_is_read_as_far_as_possible(script: Script) -> None:
    path = script(LACKING)
    found = load_flow_from_entrypoint(f"{path}:works")
    assert (found.name, found()) == ("whole", 5)
    stand_in = load_flow_from_entrypoint(f"{path}:needs")
    assert (stand_in.name, stand_in.retries, stand_in.isasync) == ("rest", 2, False)
    with pytest.raises(ScriptError):
        stand_in.with_options(retries=0)()
    assert load_flow_from_entrypoint(f"{path}:needs_async").isasync
    assert safe_load_flow_from_entrypoint(f"{path}:needs") is None
    with pytest.raises(ValueError, match="no function 'none'"):
        load_flow_from_entrypoint(f"{path}:none")


def test_a_stand_in_raises_what_it_is_told(script: Script) -> None:
    stand_in = load_placeholder_flow(f"{script(WHOLE)}:late_work", KeyError("as it should"))
    assert (stand_in.name, stand_in.isasync) == ("late-work", True)
    assert load_placeholder_flow(f"{script(WHOLE)}:plain", KeyError("so")).name == "plain"


def test_options_without_running_the_script(script: Script) -> None:
    path = script("raise SystemExit('must not run')\n" + textwrap.dedent(WHOLE))
    every = {"name": "nightly-etl", "retries": 3, "description": "loads", "version": "1", "log_prints": True}
    assert load_flow_arguments_from_entrypoint(f"{path}:etl") == every
    assert load_flow_arguments_from_entrypoint(f"{path}:etl", ["name"]) == {"name": "nightly-etl"}
    assert load_flow_arguments_from_entrypoint(f"{path}:etl", {"retries"}) == {"retries": 3}
    assert load_flow_arguments_from_entrypoint(f"{path}:late_work") == {"name": "late-work"}
    assert [is_entrypoint_async(f"{path}:{name}") for name in ("etl", "late_work")] == [False, True]


def test_a_plain_function_becomes_a_flow(script: Script) -> None:
    path = script(WHOLE)
    found = load_function_and_convert_to_flow(f"{path}:plain")
    assert (found.name, found.log_prints, found("a")) == ("plain", True, "a")
    assert load_function_and_convert_to_flow(f"{path}:etl").name == "nightly-etl"
    with pytest.raises(RuntimeError, match="no function 'none'"):
        load_function_and_convert_to_flow(f"{path}:none")


def test_one_of_several() -> None:
    def make(name: str) -> Flow[Any, Any]:
        return flow(lambda: None, name=name)

    a, b = make("a"), make("b")
    assert select_flow([a]) is a
    assert select_flow([a, b], "b") is b
    with pytest.raises(UnspecifiedFlowError, match=r"Found 2 flows in x\.py: 'a' 'b'"):
        select_flow([a, b], from_message="in x.py")
    with pytest.raises(MissingFlowError, match=r"no flow 'c' in x\.py, only 'a'"):
        select_flow([a], "c", from_message="in x.py")
    with pytest.raises(MissingFlowError, match="No flows found"):
        select_flow([])
