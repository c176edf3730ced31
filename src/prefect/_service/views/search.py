"""Finding things by name or id, whatever they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__, "search.sql")

MOST = 50
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
# what is found by part of its name: kind -> statement, column, address of its page
_NAMED = {
    "flow": ("flows_named", "name", "/flows/flow/{id}"),
    "deployment": ("deployments_named", "deployment.name", "/deployments/deployment/{id}"),
    "work pool": ("pools_named", "name", "/work-pools/work-pool/{name}"),
    "block": ("blocks_named", "block_document.name", "/blocks/block/{id}"),
    "variable": ("variables_named", "name", "/variables?edit={name}"),
    "automation": ("automations_named", "name", "/automations/automation/{id}"),
    "artifact": ("artifacts_named", "key", "/artifacts/key/{name}"),
    "limit": ("limits_named", "name", "/concurrency-limits/concurrency-limit/{id}"),
}
_KNOWN = {
    "flow run": ("flow_run_known", "/runs/flow-run/{id}"),
    "task run": ("task_run_known", "/runs/task-run/{id}"),
    "flow": ("flow_known", "/flows/flow/{id}"),
    "deployment": ("deployment_known", "/deployments/deployment/{id}"),
}


async def search(unit: Unit, text: str, limit: int) -> list[JsonObject]:
    """The best `limit` finds: exact ids, then names that begin with `text`, then names that contain it."""
    text = text.strip()
    if not text:
        return []
    found: list[JsonObject] = []
    if id := _UUID.search(text):
        found.extend(await _by_id(unit, id[0]))
    for kind, (statement, column, path) in _NAMED.items():
        where = c.contains(column, text)
        for row in await unit.all(sql[statement].fill(where=where), limit=limit):
            found.append(_told(kind, row, path))
    # run names are too many to look inside of; their beginnings stand in an index
    for row in await unit.all(sql.flow_runs_named, low=text, high=text + "\U0010ffff", limit=limit):
        found.append(_told("flow run", row, "/runs/flow-run/{id}"))
    lower = text.lower()
    found.sort(key=lambda each: (not each["name"].lower().startswith(lower), len(each["name"])))
    return found[: min(limit, MOST)]


async def _by_id(unit: Unit, text: str) -> list[JsonObject]:
    plain = text.replace("-", "").lower()
    id = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    return [
        _told(kind, row, path)
        for kind, (statement, path) in _KNOWN.items()
        if (row := await unit.one(sql[statement], id=id)) is not None
    ]


def _told(kind: str, row: Mapping[str, Any], path: str) -> JsonObject:
    return {
        "kind": kind,
        "id": row["id"],
        "name": row["name"],
        "detail": row.get("detail"),
        "path": path.format(id=row["id"], name=row["name"]),
    }
