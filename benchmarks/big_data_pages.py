"""What is asked of a large database: lists, counts, histories, pages, with the filters that clients send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import big_data_rows
from big_data_rows import Maker
from serving import Caller

from prefect._base.clock import to_iso

Body = dict[str, Any]
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


class Page(NamedTuple):
    """An endpoint that is asked, always of something else; for a GET `body` makes the rest of the path."""

    path: str
    what: str
    body: Callable[[int], Any]

    def ask(self, caller: Caller, number: int) -> None:
        given = self.body(number)
        if isinstance(given, str):
            caller.expect("GET", self.path + given)
        else:
            caller.expect("POST", self.path, given)


class Subjects:
    """What questions are about: runs, flows and spans of time of a database, another for each number."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.count = maker.size.flow_runs
        self._ended = int(self.count * (1 - big_data_rows.SCHEDULED_SHARE))

    def place(self, number: int) -> int:
        return number * 7919 % self._ended

    def run(self, number: int) -> str:
        return self.maker.run(self.place(number))[0]

    def task(self, number: int) -> str:
        place = self.place(number)
        return self.maker.task_id(place, self.maker.run(place)[1], 0)

    def name(self, number: int) -> str:
        place = self.place(number)
        return f"{big_data_rows.WORDS[place % 97]}-{place}"

    def flow(self, number: int) -> str:
        return self.maker.flows[number % len(self.maker.flows)]

    def deployment(self, number: int) -> str:
        return self.maker.deployments[number % len(self.maker.deployments)]

    def range(self, number: int, days: int) -> Body:
        until_us = self.maker.now_us - number % 5 * DAY_US
        return {"since": to_iso(until_us - days * DAY_US), "until": to_iso(until_us)}

    def between(self, number: int, days: int) -> Body:
        of = self.range(number, days)
        return {"after_": of["since"], "before_": of["until"]}

    def spans(self, number: int, days: int, cells: int = 30) -> Body:
        of = self.range(number, days)
        seconds = days * 86_400 / cells
        return {
            "history_start": of["since"],
            "history_end": of["until"],
            "history_interval_seconds": seconds,
        }


Filters = Mapping[str, Callable[[int], Body]]
FLOW_RUN_SORTS = (
    "START_TIME_DESC",
    "START_TIME_ASC",
    "EXPECTED_START_TIME_DESC",
    "EXPECTED_START_TIME_ASC",
    "ID_DESC",
    "NAME_ASC",
    "NAME_DESC",
    "NEXT_SCHEDULED_START_TIME_ASC",
    "END_TIME_DESC",
)
TASK_RUN_SORTS = (
    "EXPECTED_START_TIME_DESC",
    "EXPECTED_START_TIME_ASC",
    "ID_DESC",
    "NAME_ASC",
    "NAME_DESC",
    "NEXT_SCHEDULED_START_TIME_ASC",
    "END_TIME_DESC",
)


def flow_run_filters(of: Subjects) -> Filters:
    """Filters of flow runs, as pages, commands and clients send them."""
    return {
        "all": lambda n: {},
        "failed": lambda n: _runs(state={"type": {"any_": ["FAILED", "CRASHED"]}}),
        "cancelled": lambda n: _runs(state={"type": {"any_": ["CANCELLED"]}}),
        "under way": lambda n: _runs(state={"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}),
        "scheduled": lambda n: _runs(state={"type": {"any_": ["SCHEDULED"]}}),
        "not scheduled": lambda n: _runs(state={"type": {"not_any_": ["SCHEDULED"]}}),
        "late": lambda n: _runs(state={"name": {"any_": ["Late"]}}),
        "failed, by the state's name": lambda n: _runs(state={"name": {"any_": ["Failed", "Crashed"]}}),
        "by name": lambda n: _runs(name={"any_": [of.name(n)]}),
        "by part of the name": lambda n: _runs(name={"like_": of.name(n)[-5:]}),
        "by id": lambda n: _runs(id={"any_": [of.run(n + place) for place in range(50)]}),
        "by tag": lambda n: _runs(tags={"all_": ["nightly"]}),
        "by any tag": lambda n: _runs(tags={"any_": ["nightly", "dev"]}),
        "of a flow": lambda n: {"flows": {"id": {"any_": [of.flow(n)]}}},
        "of flows by name": lambda n: {"flows": {"name": {"any_": ["flow-1", "flow-7"]}}},
        "failed of a flow": lambda n: {
            "flows": {"id": {"any_": [of.flow(n)]}},
            **_runs(state={"type": {"any_": ["FAILED", "CRASHED"]}}),
        },
        "of a deployment": lambda n: {"deployments": {"id": {"any_": [of.deployment(n)]}}},
        "of a deployment by its id": lambda n: _runs(deployment_id={"any_": [of.deployment(n)]}),
        "failed of a deployment": lambda n: _runs(
            deployment_id={"any_": [of.deployment(n)]}, state={"type": {"any_": ["FAILED", "CRASHED"]}}
        ),
        "without deployment": lambda n: _runs(deployment_id={"is_null_": True}),
        "of a pool": lambda n: {"work_pools": {"name": {"any_": ["nowhere"]}}},
        "no subflows": lambda n: _runs(parent_task_run_id={"is_null_": True}),
        "subflows of a run": lambda n: _runs(parent_flow_run_id={"any_": [of.run(n)]}),
        "of a day": lambda n: _runs(start_time=of.between(n, 1)),
        "of a week": lambda n: _runs(start_time=of.between(n, 7)),
        "failed of a week": lambda n: _runs(
            start_time=of.between(n, 7), state={"type": {"any_": ["FAILED", "CRASHED"]}}
        ),
        "expected in a week": lambda n: _runs(expected_start_time=of.between(n, 7)),
        "expected in a week, no subflows": lambda n: _runs(
            expected_start_time=of.between(n, 7), parent_task_run_id={"is_null_": True}
        ),
        "ended in a day": lambda n: _runs(end_time=of.between(n, 1)),
        "not ended": lambda n: _runs(end_time={"is_null_": True}),
        "due": lambda n: _runs(
            state={"type": {"any_": ["SCHEDULED"]}},
            next_scheduled_start_time={"before_": of.range(0, 1)["until"]},
        ),
    }


def task_run_filters(of: Subjects) -> Filters:
    """Filters of task runs."""
    return {
        "all": lambda n: {},
        "failed": lambda n: _tasks(state={"type": {"any_": ["FAILED", "CRASHED"]}}),
        "under way": lambda n: _tasks(state={"type": {"any_": ["RUNNING", "PENDING"]}}),
        "failed, by the state's name": lambda n: _tasks(state={"name": {"any_": ["Failed"]}}),
        "of a run": lambda n: _tasks(flow_run_id={"any_": [of.run(n)]}),
        "of a run, by flow runs": lambda n: _runs(id={"any_": [of.run(n)]}),
        "of some runs": lambda n: _tasks(flow_run_id={"any_": [of.run(n + place) for place in range(20)]}),
        "no subflows": lambda n: {
            **_tasks(subflow_runs={"exists_": False}),
            **_runs(id={"any_": [of.run(n)]}),
        },
        "by name": lambda n: _tasks(name={"any_": ["work-3"]}),
        "by part of the name": lambda n: _tasks(name={"like_": "work-3"}),
        "by a part that no name has": lambda n: _tasks(name={"like_": "nothing has this"}),
        "by id": lambda n: _tasks(id={"any_": [of.task(n + place) for place in range(50)]}),
        "by tag": lambda n: _tasks(tags={"all_": ["nightly"]}),
        "of a flow": lambda n: {"flows": {"id": {"any_": [of.flow(n)]}}},
        "of a deployment": lambda n: {"deployments": {"id": {"any_": [of.deployment(n)]}}},
        "of a day": lambda n: _tasks(start_time=of.between(n, 1)),
        "of a week": lambda n: _tasks(start_time=of.between(n, 7)),
        "failed of a week": lambda n: _tasks(
            start_time=of.between(n, 7), state={"type": {"any_": ["FAILED"]}}
        ),
        "of runs of a day": lambda n: _runs(start_time=of.between(n, 1)),
        "ended in a day": lambda n: _tasks(end_time=of.between(n, 1)),
    }


def _runs(**criteria: Any) -> Body:
    return {"flow_runs": criteria}


def _tasks(**criteria: Any) -> Body:
    return {"task_runs": criteria}


def pages(maker: Maker) -> Iterator[Page]:
    """What is measured."""
    of = Subjects(maker)
    yield from _run_pages(of)
    yield from _log_pages(of)
    yield from _other_pages(of)
    yield from _ui_pages(of)


def _run_pages(of: Subjects) -> Iterator[Page]:
    resources = (
        ("flow_runs", flow_run_filters(of), FLOW_RUN_SORTS),
        ("task_runs", task_run_filters(of), TASK_RUN_SORTS),
    )
    for resource, filters, sorts in resources:
        for name, body in filters.items():
            for sort in sorts:
                yield Page(
                    f"/{resource}/filter",
                    f"{name}: {sort}",
                    lambda n, body=body, sort=sort: {**body(n), "sort": sort, "limit": 200},
                )
            yield Page(f"/{resource}/count", name, body)
            yield Page(f"/{resource}/paginate", name, lambda n, body=body: {**body(n), "limit": 50})
            yield Page(
                f"/{resource}/history",
                f"{name}: a week",
                lambda n, body=body: {**body(n), **of.spans(n, 7)},
            )
        yield Page(
            f"/{resource}/paginate",
            "page 100",
            lambda n: {"limit": 50, "page": 100},
        )
        yield Page(f"/{resource}/history", "a day", lambda n: of.spans(n, 1))
        yield Page(f"/{resource}/history", "30 days", lambda n: of.spans(0, 30))
        yield Page(f"/{resource}/history", "30 days in 500 parts", lambda n: of.spans(0, 30, 500))
    for name, body in flow_run_filters(of).items():
        yield Page("/flow_runs/lateness", name, body)


def _log_pages(of: Subjects) -> Iterator[Page]:
    filters: Filters = {
        "all": lambda n: {},
        "errors": lambda n: {"level": {"ge_": 40}},
        "warnings": lambda n: {"level": {"ge_": 30, "le_": 39}},
        "of a run": lambda n: {"flow_run_id": {"any_": [of.run(n)]}},
        "errors of a run": lambda n: {"flow_run_id": {"any_": [of.run(n)]}, "level": {"ge_": 40}},
        "of a task run": lambda n: {"task_run_id": {"any_": [of.task(n)]}},
        "of an hour": lambda n: {"timestamp": of.between(n, 1)},
        "of a run with a text": lambda n: {
            "flow_run_id": {"any_": [of.run(n)]},
            "text": {"query": "took -ms"},
        },
        "of a run, without task": lambda n: {
            "flow_run_id": {"any_": [of.run(n)]},
            "task_run_id": {"is_null_": True},
        },
    }
    for name, body in filters.items():
        for sort in ("TIMESTAMP_ASC", "TIMESTAMP_DESC"):
            yield Page(
                "/logs/filter",
                f"{name}: {sort}",
                lambda n, body=body, sort=sort: {"logs": body(n), "sort": sort, "limit": 200},
            )


def _other_pages(of: Subjects) -> Iterator[Page]:
    flows: Filters = {
        "all": lambda n: {},
        "by name": lambda n: {"flows": {"name": {"like_": "flow-1"}}},
        "with failed runs": lambda n: _runs(state={"type": {"any_": ["FAILED"]}}),
        "with runs of a day": lambda n: _runs(start_time=of.between(n, 1)),
        "deployed": lambda n: {"flows": {"deployment": {"is_null_": False}}},
        "of a deployment": lambda n: {"deployments": {"id": {"any_": [of.deployment(n)]}}},
        "of a run": lambda n: _runs(id={"any_": [of.run(n)]}),
        "with failed tasks": lambda n: _tasks(state={"type": {"any_": ["FAILED"]}}),
    }
    for name, body in flows.items():
        for sort in ("NAME_ASC", "UPDATED_DESC"):
            yield Page(
                "/flows/filter",
                f"{name}: {sort}",
                lambda n, body=body, sort=sort: {**body(n), "sort": sort, "limit": 200},
            )
        yield Page("/flows/count", name, body)
        yield Page("/flows/paginate", name, lambda n, body=body: {**body(n), "limit": 50})
    deployments: Filters = {
        "all": lambda n: {},
        "by name": lambda n: {"deployments": {"flow_or_deployment_name": {"like_": "ment-1"}}},
        "of a flow": lambda n: {"flows": {"id": {"any_": [of.flow(n)]}}},
        "with failed runs": lambda n: _runs(state={"type": {"any_": ["FAILED"]}}),
        "of a run": lambda n: _runs(id={"any_": [of.run(n)]}),
    }
    for name, body in deployments.items():
        yield Page("/deployments/filter", name, lambda n, body=body: {**body(n), "limit": 200})
        yield Page("/deployments/count", name, body)
        yield Page("/deployments/paginate", name, lambda n, body=body: {**body(n), "limit": 50})
    yield from _event_pages(of)
    for resource in (
        "artifacts",
        "artifacts/latest",
        "variables",
        "work_pools",
        "automations",
        "block_documents",
    ):
        yield Page(f"/{resource}/filter", "all", lambda n: {"limit": 200})
        yield Page(f"/{resource}/count", "all", lambda n: {})
    yield Page(
        "/artifacts/filter", "of a run", lambda n: {"artifacts": {"flow_run_id": {"any_": [of.run(n)]}}}
    )
    yield Page("/artifacts/filter", "by flow runs", lambda n: _runs(id={"any_": [of.run(n)]}))
    yield Page("/flow_run_states/", "of a run", lambda n: f"?flow_run_id={of.run(n)}")
    yield Page("/task_run_states/", "of a task run", lambda n: f"?task_run_id={of.task(n)}")
    yield Page("/flow_runs/", "its graph", lambda n: f"{of.run(n)}/graph-v2")


def _event_pages(of: Subjects) -> Iterator[Page]:
    def event(n: int, days: int, **criteria: Any) -> Body:
        return {"occurred": of.range(n, days), **criteria}

    filters: Filters = {
        "newest": lambda n: event(n, 7),
        "of flow runs": lambda n: event(n, 7, event={"prefix": ["prefect.flow-run."]}),
        "by name": lambda n: event(n, 7, event={"name": ["prefect.flow-run.Failed"]}),
        "of a run": lambda n: event(0, 30, resource={"id": [f"prefect.flow-run.{of.run(n)}"]}),
        "about a run": lambda n: event(0, 30, any_resource={"id": [f"prefect.flow-run.{of.run(n)}"]}),
        "about a flow": lambda n: event(n, 1, related={"id": [f"prefect.flow.{of.flow(n)}"]}),
        "of a day": lambda n: event(n, 1),
    }
    for name, body in filters.items():
        yield Page("/events/filter", name, lambda n, body=body: {"filter": body(n), "limit": 50})
    for by in ("day", "time", "event", "resource"):
        yield Page(
            f"/events/count-by/{by}",
            "a week",
            lambda n, by=by: {
                "filter": event(n, 7),
                "time_unit": "day" if by == "day" else "hour",
                "time_interval": 1,
            },
        )
        yield Page(
            f"/events/count-by/{by}",
            "a day",
            lambda n, by=by: {"filter": event(n, 1), "time_unit": "hour", "time_interval": 1},
        )


def _ui_pages(of: Subjects) -> Iterator[Page]:
    for days in (1, 7, 30):
        name = f"{days} days"
        yield Page("/ui/dashboard", name, lambda n, days=days: of.range(n, days))
        yield Page(
            "/ui/dashboard",
            f"{name}, no subflows",
            lambda n, days=days: {**of.range(n, days), "hide_subflows": True},
        )
        yield Page(
            "/ui/dashboard",
            f"{name}, by tag",
            lambda n, days=days: {**of.range(n, days), "tags": ["nightly"]},
        )
        yield Page("/ui/runs/histogram", name, lambda n, days=days: of.range(n, days))
        yield Page(
            "/ui/runs/histogram",
            f"{name}, failed",
            lambda n, days=days: {
                **of.range(n, days),
                **_runs(state={"type": {"any_": ["FAILED", "CRASHED"]}}),
            },
        )
        yield Page(
            "/ui/runs/histogram",
            f"{name}, by tag",
            lambda n, days=days: {**of.range(n, days), **_runs(tags={"all_": ["nightly"]})},
        )
        yield Page(
            "/ui/runs/histogram",
            f"{name}, of a flow",
            lambda n, days=days: {**of.range(n, days), "flows": {"id": {"any_": [of.flow(n)]}}},
        )
        yield Page(
            "/ui/task_runs/count",
            name,
            lambda n, days=days: _tasks(start_time=of.between(n, days)),
        )
        yield Page(
            "/ui/task_runs/count",
            f"{name}, of flow runs",
            lambda n, days=days: _runs(start_time=of.between(n, days)),
        )
        yield Page(
            "/ui/task_runs/dashboard/counts",
            name,
            lambda n, days=days: _tasks(start_time=of.between(n, days)),
        )
        yield Page(
            "/ui/schedule",
            name,
            lambda n, days=days: "?since={since}&until={until}".format(**of.range(n, days)),
        )
    for name, body in flow_run_filters(of).items():
        for sort in ("START_DESC", "START_ASC", "NAME_ASC", "DURATION_DESC"):
            yield Page(
                "/ui/runs", f"{name}: {sort}", lambda n, body=body, sort=sort: {**body(n), "sort": sort}
            )
    yield Page("/ui/runs", "without a tag", lambda n: {"without_tags": ["nightly"]})
    for name, body in task_run_filters(of).items():
        for sort in ("START_DESC", "START_ASC", "NAME_ASC"):
            yield Page(
                "/ui/task-runs", f"{name}: {sort}", lambda n, body=body, sort=sort: {**body(n), "sort": sort}
            )
    yield Page("/ui/flow-runs/", "a run", lambda n: f"{of.run(n)}/view")
    yield Page("/ui/flow-runs/", "its timeline", lambda n: f"{of.run(n)}/timeline")
    yield Page("/ui/task-runs/", "a task run", lambda n: f"{of.task(n)}/view")
    yield Page("/ui/logs", "of a run", lambda n: {"flow_run_id": of.run(n)})
    yield Page("/ui/logs", "with a text", lambda n: {"flow_run_id": of.run(n), "text": "took 3"})
    yield Page("/ui/flows", "page 1", lambda n: {})
    yield Page("/ui/flows", "by name", lambda n: {"search": "flow-3"})
    yield Page("/ui/deployments", "page 1", lambda n: {})
    yield Page("/ui/deployments", "of a flow", lambda n: {"flow_id": of.flow(n)})
    yield Page("/ui/search", "a name", lambda n: f"?q={of.name(n)}")
    yield Page("/ui/search", "part of names", lambda n: f"?q={n * 991 % of.count}")
    yield Page("/ui/search", "what nothing has", lambda n: f"?q=nothing{n}")
    yield Page("/ui/search", "an id", lambda n: f"?q={of.run(n)}")
    yield Page("/ui/compare", "two runs", lambda n: {"flow_run_ids": [of.run(n), of.run(n + 1)]})
    for name in ("all", "failed", "of a flow", "of a deployment", "of a week", "by tag", "no subflows"):
        body = flow_run_filters(of)[name]
        yield Page(
            "/ui/flow_runs/history",
            name,
            lambda n, body=body: {**body(n), "sort": "EXPECTED_START_TIME_DESC", "limit": 200},
        )
    yield Page(
        "/ui/flow_runs/count-task-runs",
        "of 50",
        lambda n: {"flow_run_ids": [of.run(n + i) for i in range(50)]},
    )
    yield Page("/ui/flows/count-deployments", "of all", lambda n: {"flow_ids": of.maker.flows})
    yield Page("/ui/flows/next-runs", "of all", lambda n: {"flow_ids": of.maker.flows})
