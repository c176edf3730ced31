"""Views of what packages bring along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from prefect._base.errors import NotFound
from prefect._base.jsontext import loads
from prefect._service.block_types.operations import CATALOGUE
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

WORKERS = Path(__file__).with_name("workers.json")


async def view(unit: Unit, *, view: str) -> JsonObject:
    """A view by its name: package -> name in it -> what there is to know. Raises `NotFound`."""
    make = _VIEWS.get(view)
    if make is None:
        raise NotFound(f"View {view}")
    return make()


@cache
def _workers() -> JsonObject:
    return loads(WORKERS.read_bytes())


@cache
def _blocks() -> JsonObject:
    """The block types of this package, each with its schema."""
    types: dict[str, Any] = {}
    for entry in loads(CATALOGUE.read_bytes()):
        described: Mapping[str, Any] = entry["type"]
        types[described["slug"]] = {**described, "block_schema": entry["schema"]}
    return {"prefect": {"block_types": types}}


def _flows() -> JsonObject:
    return {}


_VIEWS: Mapping[str, Callable[[], JsonObject]] = {
    "aggregate-block-metadata": _blocks,
    "aggregate-flow-metadata": _flows,
    "aggregate-worker-metadata": _workers,
}
