"""What is asked each time that somebody looks for work comes from indexes, however large the tables."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._service.claims.statements import sql as claims
from prefect._service.filtering import conditions as c
from prefect._service.keepers.cancellation import sql as cancellation
from prefect._service.task_workers.statements import sql as task_workers
from prefect._store.dialect import SQLITE
from prefect._store.sql import Filled, Statement

IN_QUEUES = c.one_of("flow_run.work_queue_id", ["a", "b"])
HOT: list[tuple[Statement | Filled, str]] = [
    (claims.queues_to_serve, "flow_run_due_in_queue"),
    (claims.queues_to_serve, "flow_run_active_in_queue"),
    (claims.due_ids_in_queue, "flow_run_due_in_queue"),
    (claims.due_ids_of_deployment, "flow_run_due_of_deployment"),
    (claims.pending_of_owner.fill(where=IN_QUEUES), "flow_run_leased"),
    (claims.awaiting_slot.fill(where=IN_QUEUES), "flow_run_awaiting_slot"),
    (task_workers.deliveries_due, "task_delivery_due"),
    (task_workers.deliveries_overdue, "task_delivery_reserved"),
    (task_workers.deliveries_done, "task_delivery_reserved"),
    (cancellation.cancelled_parents, "flow_run_children_due"),
]


@pytest.mark.parametrize("api", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("statement", "index"), HOT)
def test_the_plan_uses_the_index(api: Any, statement: Statement | Filled, index: str) -> None:
    text = statement.render(SQLITE, {})[0] if isinstance(statement, Filled) else statement.text

    async def explain(unit: Any) -> list[Any]:
        names: dict[str, Any] = dict.fromkeys(_names(text), 1)
        names |= {name: "[]" for name in names if name.startswith("w") and name[1:].isdigit()}
        return await unit.all(Statement("plan", f"EXPLAIN QUERY PLAN {text}"), **names)

    steps = [row["detail"] for row in api.unit(explain)]
    assert any(f"INDEX {index}" in step for step in steps), steps
    assert not any(step.startswith("SCAN flow_run") and "INDEX" not in step for step in steps), steps


def _names(text: str) -> set[str]:
    return {word.split(":", 1)[1].rstrip("),;") for word in text.split() if ":" in word}
