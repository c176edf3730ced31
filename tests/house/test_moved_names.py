"""Names that older programs import from where they were once: they work, and say where they are now."""

from __future__ import annotations

import importlib

import pytest


@pytest.mark.parametrize(
    ("module", "name", "home"),
    [
        ("prefect.client", "get_client", "prefect.client.orchestration"),
        ("prefect.engine", "pause_flow_run", "prefect.flow_runs"),
        ("prefect.engine", "resume_flow_run", "prefect.flow_runs"),
        ("prefect.engine", "suspend_flow_run", "prefect.flow_runs"),
        ("prefect.deployments", "load_flow_from_flow_run", "prefect.flows"),
    ],
)
def test_a_name_that_has_moved_is_the_same_and_says_where_it_is(module: str, name: str, home: str) -> None:
    with pytest.warns(DeprecationWarning, match=home.replace(".", r"\.")):
        found = getattr(importlib.import_module(module), name)
    assert found is getattr(importlib.import_module(home), name)


def test_getting_a_variable_by_the_old_name_works() -> None:
    import prefect.variables

    prefect.variables.Variable.set("answer", 42)
    with pytest.warns(DeprecationWarning, match=r"Variable\.get"):
        assert prefect.variables.get("answer") == 42


@pytest.mark.parametrize(
    ("module", "name", "told"),
    [
        ("prefect.filesystems", "S3", "S3Bucket"),
        ("prefect.filesystems", "GitHub", "GitHub"),
        ("prefect.agent", "PrefectAgent", "worker"),
        ("prefect.infrastructure", "Process", "work"),
        ("prefect.orion.schemas", "", "prefect"),
    ],
)
def test_what_is_gone_says_what_to_use_instead(module: str, name: str, told: str) -> None:
    with pytest.raises(ImportError, match=told):
        getattr(importlib.import_module(module), name)
