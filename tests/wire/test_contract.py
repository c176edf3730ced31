"""Schemas and endpoints against the recorded facts of the API."""

from __future__ import annotations

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import prefect._wire.operations as operations
from prefect._wire import filters, flow_runs, flows, logs, sorts, states, task_runs
from prefect._wire.operation import OPERATIONS, resolve

CONTRACT: dict[str, Any] = json.loads((Path(__file__).parent / "contract.json").read_text())
SCHEMAS: dict[str, list[str]] = CONTRACT["schemas"]
MODULES = (filters, flow_runs, flows, logs, sorts, states, task_runs)
# what our own clients may send besides
OURS = {"FlowRunCreate": {"id"}, "LogCreate": {"id", "worker_id"}}
OUR_ENDPOINTS = {("POST", "/task_runs/defer")}


def found(name: str) -> Any:
    return next(getattr(module, name) for module in MODULES if hasattr(module, name))


@pytest.mark.parametrize("name", SCHEMAS)
def test_fields(name: str) -> None:
    schema = found(name)
    if name.endswith("Sort"):
        assert {member.value for member in schema} == set(SCHEMAS[name])
        return
    missing = set(SCHEMAS[name]) - set(schema.model_fields)
    assert not missing
    extra = set(schema.model_fields) - set(SCHEMAS[name])
    assert extra <= OURS.get(name, set()) | set(CONTRACT["client_only"].get(name, []))
    schema.model_json_schema(mode="serialization")


def test_every_operation_is_an_endpoint() -> None:
    for module in pkgutil.iter_modules(operations.__path__):
        importlib.import_module(f"prefect._wire.operations.{module.name}")
    endpoints = {(method, path) for method, path in CONTRACT["endpoints"]} | OUR_ENDPOINTS
    ours = ("flows.", "flow_runs.", "task_runs.", "run_states.", "logs.")
    for operation in OPERATIONS.values():
        if operation.name.startswith(ours):
            assert (operation.method, operation.path) in endpoints, operation.name
            for reference in (operation.body, operation.reply):
                if reference is not None:
                    resolve(reference)
            function = operation.name.partition(".")[2]
            resource = operation.name.partition(".")[0]
            assert hasattr(importlib.import_module(f"prefect._service.{resource}.operations"), function)
