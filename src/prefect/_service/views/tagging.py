"""Tags of many runs at once."""

from __future__ import annotations

from prefect._base.jsontext import dumps
from prefect._service.flow_runs import operations as flow_runs
from prefect._service.runs.values import decoded
from prefect._service.unit import Unit
from prefect._service.views.joined import sql
from prefect._wire.operation import JsonObject


async def tag_runs(unit: Unit, body: JsonObject) -> JsonObject:
    """Give and take tags; tells the runs whose tags are others now. Runs that are gone are passed over."""
    give: list[str] = body.get("add", [])
    take: list[str] = body.get("remove", [])
    changed: list[str] = []
    for row in await unit.all(sql.tags_of_runs, ids=dumps(body["flow_run_ids"])):
        before = decoded(row["tags"], "[]", [])
        kept = [tag for tag in before if tag not in take]
        after = [*kept, *(tag for tag in dict.fromkeys(give) if tag not in kept)]
        if after != before:
            await flow_runs.update(unit, id=row["id"], body={"tags": after})
            changed.append(row["id"])
    return {"changed": changed}
