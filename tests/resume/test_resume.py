"""A flow run that failed is run again by its id: finished tasks are skipped."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect import flow, get_client, task
from prefect._cli import main
from prefect.exceptions import MissingFlowError, ObjectNotFound
from prefect.flow_runs import aretry_flow_run, retry_flow_run

pytestmark = pytest.mark.usefixtures("mode")


class Ran:
    """What was called, and whether the last step is to fail."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fails = True


RAN = Ran()


@pytest.fixture(autouse=True)
def ran() -> Ran:
    RAN.__init__()
    return RAN


@task
def fetch(source: str) -> list[int]:
    RAN.calls.append(f"fetch {source}")
    return [1, 2, 3]


@task
def double(x: int) -> int:
    RAN.calls.append(f"double {x}")
    return 2 * x


@task
def load(rows: list[int]) -> int:
    RAN.calls.append("load")
    if RAN.fails:
        raise RuntimeError("the table is locked")
    return sum(rows)


@flow(persist_result=True)
def etl(source: str = "orders") -> int:
    return load(double.map(fetch(source)).result())


@flow(persist_result=True)
async def aetl(source: str = "orders") -> int:
    return load(double.map(fetch(source)).result())


@flow
def forgetful(source: str = "orders") -> int:
    return load(double.map(fetch(source)).result())


@flow(persist_result=True)
def odd(thing: Any) -> int:
    return load([1])


def last_run() -> Any:
    with get_client(sync_client=True) as client:
        return client.read_flow_runs()[0]


def failed_run(of: Any, *args: Any) -> UUID:
    if of.isasync:
        state = asyncio.run(of(*args, return_state=True))
    else:
        state = of(*args, return_state=True)
    assert state.is_failed()
    RAN.calls.clear()
    return last_run().id


def test_only_what_did_not_finish_is_run(ran: Ran) -> None:
    run_id = failed_run(etl, "invoices")
    ran.fails = False
    assert retry_flow_run(run_id, etl) == 12
    assert ran.calls == ["load"]
    run = last_run()
    assert (run.id, run.run_count, run.state.name, run.parameters) == (
        run_id,
        2,
        "Completed",
        {"source": "invoices"},
    )


def test_without_kept_results_everything_is_run(ran: Ran) -> None:
    run_id = failed_run(forgetful)
    ran.fails = False
    assert retry_flow_run(run_id, forgetful) == 12
    assert sorted(ran.calls) == ["double 1", "double 2", "double 3", "fetch orders", "load"]


def test_it_may_fail_again(ran: Ran) -> None:
    run_id = failed_run(etl)
    with pytest.raises(RuntimeError, match="locked"):
        retry_flow_run(run_id, etl)
    assert ran.calls == ["load"]
    assert retry_flow_run(run_id, etl, return_state=True).is_failed()
    assert last_run().run_count == 3


def test_async_flows_from_both_sides(ran: Ran) -> None:
    run_id = failed_run(aetl)
    with pytest.raises(RuntimeError, match="locked"):
        retry_flow_run(run_id, aetl)
    ran.fails = False
    assert asyncio.run(aretry_flow_run(run_id, aetl)) == 12
    assert ran.calls == ["load", "load"]


def test_a_run_that_completed_gives_the_result_that_it_kept(ran: Ran) -> None:
    ran.fails = False
    assert etl() == 12
    ran.calls.clear()
    assert retry_flow_run(last_run().id, etl) == 12
    assert ran.calls == []


def test_runs_that_cannot_be_run_again() -> None:
    with pytest.raises(ObjectNotFound):
        retry_flow_run(uuid4(), etl)
    run_id = failed_run(odd, object())
    with pytest.raises(ValueError, match=r"parameter 'thing' of this run was <object>"):
        retry_flow_run(run_id, odd)
    with get_client(sync_client=True) as client:
        waiting = client.create_flow_run(etl)
    with pytest.raises(ValueError, match="only a run that has ended"):
        retry_flow_run(waiting.id, etl)


def test_a_flow_whose_place_is_not_known(tmp_path: Path) -> None:
    @flow
    def local() -> Any:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        local()
    run = last_run()
    assert run.context == {}
    with pytest.raises(MissingFlowError, match="was not recorded"):
        retry_flow_run(run.id)
    with pytest.raises(MissingFlowError, match="not at"):
        retry_flow_run(run.id, str(tmp_path / "gone.py:local"))


SCRIPT = """
from pathlib import Path
from prefect import flow, task

@task
def first():
    Path("first").write_text(Path("first").read_text() + "x" if Path("first").exists() else "x")
    return 1

@task
def second(x):
    if not Path("repaired").exists():
        raise RuntimeError("not yet")
    return x + 1

@flow(persist_result=True)
def steps():
    return second(first())
"""


def test_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("steps.py").write_text(SCRIPT)
    from prefect.flows import load_flow_from_entrypoint

    steps = load_flow_from_entrypoint(str(tmp_path / "steps.py:steps"))
    assert steps(return_state=True).is_failed()
    run = last_run()
    assert run.context == {"entrypoint": str(tmp_path / "steps.py:steps")}
    assert main.run(["flow-run", "retry", str(run.id)]) == 1
    assert "is Failed" in "".join(capsys.readouterr())
    Path("repaired").touch()
    assert main.run(["flow-run", "retry", run.name]) == 0
    assert "was run again and is Completed" in capsys.readouterr().out
    assert Path("first").read_text() == "x"
    assert last_run().run_count == 3
    assert main.run(["flow-run", "retry", "no-such-run"]) == 1
    assert main.run(["flow-run", "retry", str(uuid4())]) == 1
    assert main.run(["flow-run", "retry", run.name, "-e", "gone.py:x"]) == 1
