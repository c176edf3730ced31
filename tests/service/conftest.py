"""Operations on a real store in a temporary file, one transaction each, at the time of a manual clock."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from tests import postgres

from prefect._base.clock import ManualClock
from prefect._service.unit import Unit
from prefect._store.sqlite.store import TemporaryStore
from prefect._store.store import Store


class Api:
    """``api("flows.create", body=...)`` runs the operation; `status` is that of the last answer if it
    is not the declared one."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = ManualClock()
        self.owner: str | None = None
        self.attempt: int | None = None
        self.status: int | None = None

    def send(self, name: str, /, **arguments: Any) -> Future[Any]:
        resource, _, verb = name.partition(".")
        function = getattr(importlib.import_module(f"prefect._service.{resource}.operations"), verb)

        async def work(tx: Any) -> Any:
            unit = Unit(tx, self.clock.now_us(), self.owner, self.attempt)
            answer = await function(unit, **arguments)
            self.status = unit.status
            return answer

        return self.store.write(work)

    def __call__(self, name: str, /, **arguments: Any) -> Any:
        return self.send(name, **arguments).result(timeout=30)

    def unit(self, function: Any, *arguments: Any) -> Any:
        """Run `function(unit, ...)` in a transaction."""

        async def work(tx: Any) -> Any:
            return await function(Unit(tx, self.clock.now_us(), self.owner, self.attempt), *arguments)

        return self.store.write(work).result(timeout=30)

    # -- what most tests begin with -----------------------------------------------------------------

    def flow(self, name: str = "demo") -> str:
        return self("flows.create", body={"name": name})["id"]

    def flow_run(self, **body: Any) -> dict[str, Any]:
        if "flow_id" not in body:
            body["flow_id"] = self.flow()
        return self("flow_runs.create", body=body)

    def task_run(self, dynamic_key: str = "0", **body: Any) -> dict[str, Any]:
        return self("task_runs.create", body={"task_key": "work", "dynamic_key": dynamic_key, **body})

    def set_flow(self, id: str, type_: str, force: bool = False, **state: Any) -> dict[str, Any]:
        body = {"state": {"type": type_, **state}, "force": force}
        return self("flow_runs.set_state", id=id, body=body)

    def set_task(self, id: str, type_: str, force: bool = False, **state: Any) -> dict[str, Any]:
        body = {"state": {"type": type_, **state}, "force": force}
        return self("task_runs.set_state", id=id, body=body)


@pytest.fixture(params=["sqlite", "postgres"])
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    if request.param == "postgres":
        yield Api(postgres.shared_store())
        return
    store = TemporaryStore()
    yield Api(store)
    store.close()
