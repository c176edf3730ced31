"""``prefect transfer`` between two databases, and from one to a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.api.conftest import running

from prefect._cli import client, transfer, transferring
from prefect._link import choose
from prefect.settings.context import use_profile

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def store(home: Any) -> Iterator[None]:
    choose.reset()
    yield
    choose.reset()


@pytest.fixture(params=["database", "server"])
def profiles(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[None]:
    """The profile `source` with a database of its own, and `target` with another or with a server."""
    with running() as server:
        database = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
        target = (
            f'PREFECT_API_URL = "{server.url}"'
            if request.param == "server"
            else f'{database} = "sqlite+aiosqlite:///{tmp_path}/b.db"'
        )
        (home / "profiles.toml").write_text(
            f'[profiles.source]\n{database} = "sqlite+aiosqlite:///{tmp_path}/a.db"\n'
            f"[profiles.target]\n{target}\n"
        )
        yield


def _under(name: str) -> Any:
    return use_profile(name, override_environment_variables=True, include_current_context=False)


def _fill() -> None:
    """One thing of each kind, with all the ways in which they refer to each other."""

    def make(operation: str, **values: Any) -> Any:
        return client.call(operation, body=client.checked(operation, values))

    kinds = {name: make("block_types.create", name=name, slug=name) for name in ("inner", "outer")}
    fields = {"title": "t", "type": "object", "properties": {"x": {"type": "string"}}}
    schemas = {
        name: make("block_schemas.create", fields={**fields, "title": name}, block_type_id=kind["id"])
        for name, kind in kinds.items()
    }

    def block(kind: str, name: str, data: Any) -> Any:
        ids = {"block_type_id": kinds[kind]["id"], "block_schema_id": schemas[kind]["id"]}
        return make("block_documents.create", name=name, data=data, **ids)

    inner = block("inner", "z", {"x": "1"})
    block("outer", "a", {"x": "2", "part": {"$ref": {"block_document_id": inner["id"]}}})
    make("variables.create", name="v", value={"a": [1]}, tags=["t"])
    make("variables.create", name="nothing", value=None)
    make("concurrency_limits.create", name="db", limit=2, slot_decay_per_second=0.5)
    make("tag_limits.create", tag="heavy", concurrency_limit=3)
    make("work_pools.create", name="pool", type="process", concurrency_limit=4)
    queue = client.checked("work_queues.create_in_pool", {"name": "q", "priority": 1})
    client.call("work_queues.create_in_pool", work_pool_name="pool", body=queue)
    flow = make("flows.create", name="f")
    deployment = make(
        "deployments.create",
        name="d",
        flow_id=flow["id"],
        work_pool_name="pool",
        work_queue_name="q",
        concurrency_limit=2,
        schedules=[{"schedule": {"cron": "0 0 * * *", "timezone": "UTC"}, "active": False, "slug": "daily"}],
        parameters={"x": 1},
        paused=True,
    )
    make(
        "automations.create",
        name="again",
        trigger={"type": "event", "posture": "Reactive", "expect": ["x"], "threshold": 1, "within": 0},
        actions=[{"type": "run-deployment", "source": "selected", "deployment_id": deployment["id"]}],
    )


def test_everything_is_copied_once(profiles: None, prefect: Run) -> None:
    with _under("source"):
        _fill()
    done = prefect("--no-prompt", "transfer", "--from", "source", "--to", "target")
    assert (done.code, done.err) == (0, "")
    with _under("target"):
        (deployment,) = client.call("deployments.filter", body={})
        assert (deployment["name"], deployment["work_queue_name"], deployment["paused"]) == ("d", "q", True)
        (schedule,) = deployment["schedules"]
        assert (schedule["slug"], schedule["active"]) == ("daily", False)
        assert deployment["global_concurrency_limit"]["limit"] == 2
        (automation,) = client.call("automations.filter", body={})
        assert automation["actions"][0]["deployment_id"] == deployment["id"]
        outer = client.call("block_types.read_document_by_name", slug="outer", block_document_name="a")
        inner = client.call("block_types.read_document_by_name", slug="inner", block_document_name="z")
        assert outer["block_document_references"]["part"]["block_document"]["id"] == inner["id"]
        assert client.call("variables.read_by_name", name="v")["value"] == {"a": [1]}
        assert client.call("variables.read_by_name", name="nothing")["value"] is None
        assert client.call("tag_limits.read_by_tag", tag="heavy")["concurrency_limit"] == 3
        assert client.call("work_pools.read", name="pool")["concurrency_limit"] == 4
    again = prefect("transfer", "--from", "source", "--to", "target")
    assert again.code == 0
    copied = [line.split()[-3] for line in again.out.splitlines()[1:-1]]
    assert set(copied) == {"0"}


def test_what_fails_is_told(profiles: None, prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with _under("source"):
        client.call("variables.create", body={"name": "v", "value": 1})
        client.call("variables.create", body={"name": "w", "value": 1})

    read = transferring.read

    def spoiled() -> Any:
        found = read()
        next(item for each in found for item in each.items if item["name"] == "v")["name"] = "no good!"
        return found

    monkeypatch.setattr(transfer, "things", SimpleNamespace(read=spoiled, write=transferring.write))
    code, out, err = prefect("transfer", "--from", "source", "--to", "target")
    assert code == 1
    assert "1 could not be copied" in out
    assert err.startswith("Variables: no good!: Invalid name")


def test_nothing_to_copy(profiles: None, prefect: Run) -> None:
    outcome = prefect("transfer", "--from", "source", "--to", "target")
    assert (outcome.code, "nothing to copy" in outcome.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--from", "nope", "--to", "target"], 1, "Unknown profile"),
        (["--from", "source", "--to", "source"], 1, "both lead to"),
    ],
)
def test_what_is_refused(profiles: None, words: list[str], code: int, said: str, prefect: Run) -> None:
    outcome = prefect("transfer", *words)
    assert (outcome.code, said in outcome.out) == (code, True)
    assert prefect("transfer").code == 2
