"""Tasks tell of the assets that they make, and of those that these were made of."""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
from collections.abc import Iterator
from typing import Any

import cloudpickle
import pytest
from pydantic import ValidationError

from prefect import flow, task
from prefect._base.jsontext import loads
from prefect._store.current import FILE_NAME
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.cache_policies import INPUTS
from prefect.context import AssetContext, serialize_context
from prefect.settings import active
from prefect.tasks import MaterializingTask
from prefect.testing.utilities import prefect_test_harness

RAW = Asset(key="s3://bucket/raw", properties=AssetProperties(name="Raw", owners=["me"], url="http://page"))


@pytest.fixture(autouse=True)
def history() -> Iterator[None]:
    with prefect_test_harness():
        yield


def told() -> list[dict[str, Any]]:
    """The events of assets, the oldest first."""
    path = active()["home"] / FILE_NAME
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute(
            "SELECT event, resource, related, payload FROM event "
            "WHERE event GLOB 'prefect.asset.*' ORDER BY occurred_us, rowid"
        ).fetchall()
    finally:
        connection.close()
    return [
        {
            "event": event.removeprefix("prefect.asset."),
            "resource": loads(a),
            "related": loads(b),
            "payload": loads(c),
        }
        for event, a, b, c in rows
    ]


def brief() -> list[tuple[str, str]]:
    return [(each["event"], each["resource"]["prefect.resource.id"]) for each in told()]


@materialize(RAW)
def make_raw() -> dict[str, int]:
    add_asset_metadata(RAW, {"rows": 5})
    add_asset_metadata("s3://bucket/raw", {"rows": 6, "by": "hand"})
    return {"a": 1}


@task
def middle(x: Any) -> dict[str, Any]:
    return {"m": x}


@materialize("s3://bucket/one", "s3://bucket/two", by="dbt", asset_deps=["s3://other/dep"], tags=["nightly"])
def make_two(x: Any) -> int:
    return 1


def test_what_is_told_of_an_asset() -> None:
    make_raw()
    (event,) = told()
    assert event["event"] == "materialization.succeeded"
    assert event["resource"] == {
        "prefect.resource.id": "s3://bucket/raw",
        "prefect.resource.name": "Raw",
        "prefect.asset.url": "http://page",
        "prefect.asset.owners": '["me"]',
    }
    assert event["payload"] == {"rows": 6, "by": "hand"}
    assert [each["prefect.resource.role"] for each in event["related"]] == ["task-run"]


def test_assets_are_followed_through_tasks() -> None:
    @flow
    def work() -> None:
        make_two(middle(make_raw()))

    work()
    referenced = [("referenced", key) for key in ("s3://bucket/raw", "s3://other/dep")]
    made = [("materialization.succeeded", key) for key in ("s3://bucket/one", "s3://bucket/two")]
    assert brief() == [("materialization.succeeded", "s3://bucket/raw"), *referenced, *made]
    related = [(each["prefect.resource.role"], each["prefect.resource.id"]) for each in told()[-1]["related"]]
    assert related[:3] == [
        ("asset", "s3://bucket/raw"),
        ("asset", "s3://other/dep"),
        ("asset-materialized-by", "dbt"),
    ]
    roles = [role for role, _ in related[3:]]
    assert roles == ["flow-run", "task-run", "flow", "tag"]
    assert related[-1] == ("tag", "prefect.tag.nightly")


def test_assets_are_followed_through_futures() -> None:
    @flow
    def work() -> None:
        make_two.submit(middle.submit(make_raw.submit())).result()

    work()
    assert ("referenced", "s3://bucket/raw") in brief()


def test_async_tasks() -> None:
    @materialize("s3://bucket/async")
    async def make() -> int:
        add_asset_metadata("s3://bucket/async", {"rows": 1})
        return 1

    @flow
    async def work() -> None:
        await make()

    asyncio.run(work())
    assert brief() == [("materialization.succeeded", "s3://bucket/async")]


def test_failed_runs_and_reused_results() -> None:
    @materialize("s3://bucket/bad", retries=1)
    def fail() -> None:
        raise ValueError("as it should")

    @materialize("s3://bucket/once", cache_policy=INPUTS)
    def once(x: int) -> int:
        return x

    @flow
    def work() -> None:
        once(1)
        assert once(1, return_state=True).name == "Cached"
        fail(return_state=True)

    work()
    assert brief() == [
        ("materialization.succeeded", "s3://bucket/once"),
        ("materialization.failed", "s3://bucket/bad"),
    ]


def test_a_task_that_only_reads_tells_nothing() -> None:
    @task(asset_deps=["s3://bucket/raw"])
    def read() -> list[int]:
        return [1000]

    @flow
    def work() -> None:
        value = middle(read())
        make_two(value)

    work()
    assert ("referenced", "s3://bucket/raw") in brief()
    assert len(brief()) == 4


def test_metadata_where_it_does_not_belong() -> None:
    with pytest.raises(RuntimeError, match="inside a task run"):
        add_asset_metadata("s3://bucket/raw", {})

    @materialize("s3://bucket/raw")
    def other() -> None:
        add_asset_metadata("s3://bucket/other", {})

    @task
    def plain() -> None:
        RAW.add_metadata({})

    for each in (other, plain):
        with pytest.raises(ValueError, match="does not make"):
            each()


@pytest.mark.parametrize("key", ["nokey", "s3://a b", "s3://a\nb", "S3://a", f"s3://{'a' * 512}"])
def test_keys_that_are_no_addresses(key: str) -> None:
    with pytest.raises(ValidationError):
        Asset(key=key)


def test_the_options_of_materialize() -> None:
    with pytest.raises(TypeError, match="at least one asset"):
        materialize()(lambda: None)
    assert isinstance(make_two, MaterializingTask)
    assert (make_two.materialized_by, make_two.asset_deps) == ("dbt", [Asset(key="s3://other/dep")])
    variant = make_two.with_options(assets=[RAW], retries=2)
    assert (variant.assets, variant.materialized_by, variant.retries) == ([RAW], "dbt", 2)
    assert make_two.with_options(name="x").assets == make_two.assets
    assert hash(RAW) == hash(Asset(key="s3://bucket/raw"))
    again = pickle.loads(cloudpickle.dumps(make_two))
    assert (again.assets, type(again)) == (make_two.assets, MaterializingTask)


def test_assets_cross_to_another_process() -> None:
    @flow
    def work() -> dict[str, Any]:
        state = make_raw(return_state=True)
        inputs = {"x": [state.state_details]}
        for each in inputs["x"]:
            assert each.task_run_id is not None
        source = type("Input", (), {"id": state.state_details.task_run_id})()
        options = {"task": make_two, "task_run_id": source.id, "task_inputs": {"x": {source}}}
        return serialize_context(asset_ctx_kwargs=options)["asset_context"]

    found = AssetContext.model_validate(pickle.loads(pickle.dumps(work())))
    assert {asset.key for asset in found.upstream_assets} == {"s3://bucket/raw"}
    assert found.materialized_by == "dbt"
