"""Clients and their schemas have the names, parameters and fields that programs rely on."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from prefect.client import orchestration

FACTS: dict[str, Any] = json.loads((Path(__file__).parent / "contract.json").read_text())

# what is left out on purpose, or stands elsewhere, and why
ABSENT_MODULES = {
    "prefect.client.schemas.worker_channel": "the frames of the channel are values of `_wire.worker_channel`",
}
ABSENT_NAMES = {
    "prefect.client.base": {
        "record_maintenance_backoff",  # the counter of a former way of waiting
    },
    "prefect.client.schemas.actions": {
        "non_fetching_registry",  # schemas are never fetched here
        "normalize_schedule_rrule",  # a rule is put into its form when it is checked
    },
    "prefect.client.schemas.filters": {"FilterSet"},  # of old user interfaces
    "prefect.client.schemas.responses": {"HistoryResponse", "HistoryResponseState"},  # of old user interfaces
}
ABSENT_FIELDS: dict[str, set[str]] = {}


@pytest.mark.parametrize("name", sorted(FACTS["clients"]))
def test_clients_have_all_methods(name: str) -> None:
    client = getattr(orchestration, name)
    differing: dict[str, Any] = {}
    for method, parameters in FACTS["clients"][name].items():
        found = getattr(client, method, None)
        if method == "request":  # of the parts, which take a client of their own elsewhere
            continue
        ours = (
            [] if found is None else [each for each in inspect.signature(found).parameters if each != "self"]
        )
        if found is None or ours != parameters:
            differing[method] = (parameters, None if found is None else ours)
    assert differing == {}


def _model(reference: str) -> Any:
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name, None)


@pytest.mark.parametrize("reference", sorted(FACTS["models"]))
def test_models_have_all_fields(reference: str) -> None:
    module, _, name = reference.partition(":")
    if name in ABSENT_NAMES.get(module, ()):
        assert _model(reference) is None, "It is there now: take it out of the list."
        return
    fields = set(_model(reference).model_fields)
    assert set(FACTS["models"][reference]) - fields <= ABSENT_FIELDS.get(reference, set())


@pytest.mark.parametrize("module", sorted(FACTS["names"]))
def test_modules_have_all_names(module: str) -> None:
    if module in ABSENT_MODULES:
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(module)
        return
    found = importlib.import_module(module)
    missing = {name for name in FACTS["names"][module] if not hasattr(found, name)}
    assert missing == ABSENT_NAMES.get(module, set())
