"""Small results that are kept beside the runs."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.clock import to_iso
from prefect._base.errors import NotFound
from prefect._service.results import operations as results
from prefect._wire.kept import MAX_KEPT_BYTES
from prefect._wire.kept_results import ResultKeep


def keep(api: Any, key: str, content: str = "text", **more: Any) -> None:
    api("results.keep", body={"key": key, "content": content, **more})


def read(api: Any, **by: str) -> str:
    return api("results.read", body=by)["content"]


def test_a_result_is_found_by_its_key_and_by_its_path(api: Any) -> None:
    keep(api, "a", path="/there/a")
    assert (read(api, key="a"), read(api, path="/there/a")) == ("text", "text")
    keep(api, "a", "newer", path="/elsewhere/a")
    assert (read(api, key="a"), read(api, path="/elsewhere/a")) == ("newer", "newer")
    for by in ({"key": "b"}, {"path": "/there/a"}, {}):
        with pytest.raises(NotFound, match="Result"):
            read(api, **by)


def test_a_result_has_its_time(api: Any) -> None:
    keep(api, "a", expiration=to_iso(api.clock.now_us() + 10_000_000))
    keep(api, "b")
    assert read(api, key="a") == "text"
    api.clock.advance(10)
    with pytest.raises(NotFound):
        read(api, key="a")
    assert api.unit(results.forget_expired, 1) is True
    assert api.unit(results.forget_expired, 1) is False
    assert read(api, key="b") == "text"


def test_a_result_goes_with_its_runs(api: Any) -> None:
    flow_run = api.flow_run()["id"]
    task_run = api.task_run("0", flow_run_id=None)["id"]
    keep(api, "of-flow", flow_run_id=flow_run)
    keep(api, "of-task", task_run_id=task_run)
    keep(api, "alone")
    api("flow_runs.delete", id=flow_run)
    api("task_runs.delete", id=task_run)
    for key in ("of-flow", "of-task"):
        with pytest.raises(NotFound):
            read(api, key=key)
    assert api.unit(results.forget_old, api.clock.now_us(), 10) is False
    assert read(api, key="alone") == "text"
    api.unit(results.forget_old, api.clock.now_us() + 1, 10)
    with pytest.raises(NotFound):
        read(api, key="alone")


def test_what_is_large_is_refused() -> None:
    ResultKeep(key="a", content="x" * MAX_KEPT_BYTES)
    with pytest.raises(ValueError, match="at most"):
        ResultKeep(key="a", content="x" * (MAX_KEPT_BYTES + 1))
