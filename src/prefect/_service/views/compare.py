"""Flow runs side by side."""

from __future__ import annotations

from prefect._base.jsontext import dumps
from prefect._service.unit import Unit
from prefect._service.views import flow_run
from prefect._service.views.joined import sql
from prefect._wire.operation import JsonObject


async def compare(unit: Unit, ids: list[str]) -> JsonObject:
    """Each run as its page shows it, and how long each task took in each of them, in seconds."""
    tasks: dict[str, JsonObject] = {}
    for row in await unit.all(sql.durations_by_task, ids=dumps(ids)):
        entry = tasks.setdefault(
            row["task_key"], {"task_key": row["task_key"], "name": row["name"], "runs": {}}
        )
        entry["runs"][row["flow_run_id"]] = {
            "count": row["found"],
            "total": row["total_us"] / 1e6,
            "longest": row["longest_us"] / 1e6,
            "failed": row["failed"],
        }
    return {"runs": [await flow_run.flow_run(unit, id) for id in ids], "tasks": list(tasks.values())}
