"""What `to_deployment` makes of a flow, and what is registered."""

from __future__ import annotations

import asyncio
import datetime
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect import flow, serve
from prefect._fleet import schedules
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule
from prefect.deployments.runner import DeploymentApplyError, RunnerDeployment
from prefect.exceptions import InvalidNameError
from prefect.runner import Runner
from prefect.runner.storage import LocalStorage
from prefect.types.entrypoint import EntrypointType


@pytest.fixture
def module(place: Any, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of the working directory with flows."""
    place.write(
        """
        from prefect import flow
        @flow(description="Loads.", version="3")
        def it(x: int = 1, *, city: str = "Ulm"):
            return x
        """,
        "its_module.py",
    )
    monkeypatch.syspath_prepend(str(place.directory))
    monkeypatch.delitem(sys.modules, "its_module", raising=False)
    return __import__("its_module")


def test_a_flow_as_a_deployment(module: Any) -> None:
    made = module.it.to_deployment(
        "nightly", cron="0 2 * * *", timezone="Asia/Kolkata", tags=["a"], parameters={"x": 2}
    )
    assert made.full_name == "it/nightly"
    assert made.entrypoint == "its_module.py:it"
    assert (made.description, made.version, made.paused) == ("Loads.", "3", False)
    assert [each.schedule for each in made.schedules] == [
        CronSchedule(cron="0 2 * * *", timezone="Asia/Kolkata")
    ]
    by_module = module.it.to_deployment("m", entrypoint_type=EntrypointType.MODULE_PATH)
    assert by_module.entrypoint == "its_module.it"


def test_it_is_a_coroutine_in_async_code(module: Any) -> None:
    async def work() -> RunnerDeployment:
        return await module.it.to_deployment("d")

    assert asyncio.run(work()).name == "d"


def test_what_is_registered(module: Any, place: Any) -> None:
    made = module.it.to_deployment("d", interval="PT30M", parameters={"x": 4}, concurrency_limit=2)
    first = made.apply()
    assert module.it.to_deployment("d", cron=["0 1 * * *", "0 2 * * *"]).apply() == first
    found = asyncio.run(place.call("deployments.read", id=str(first)))
    assert len(found["schedules"]) == 2
    assert found["parameter_openapi_schema"]["properties"].keys() == {"x", "city"}
    assert (found["path"], found["entrypoint"]) == (".", "its_module.py:it")


def test_parameters_that_the_flow_does_not_take_are_warned_of(module: Any) -> None:
    with pytest.warns(UserWarning, match="unknown"):
        module.it.to_deployment("d", parameters={"unknown": 1})


def test_refusals(module: Any) -> None:
    with pytest.raises(ValueError, match="Only one of"):
        module.it.to_deployment("d", cron="0 1 * * *", interval=5)
    with pytest.raises(ValueError, match="timezone"):
        module.it.to_deployment("d", timezone="UTC", schedule=CronSchedule(cron="0 1 * * *"))
    with pytest.raises(ValueError, match="interval"):
        module.it.to_deployment("d", interval="soon")
    with pytest.raises(ValueError, match="has none"):
        module.it.to_deployment("d", job_variables={"image": "x"}).apply()
    with pytest.raises((ValueError, InvalidNameError)):
        module.it.to_deployment("a/b")

    @flow
    def inner() -> None: ...

    with pytest.raises(ValueError, match="inside of a function"):
        inner.to_deployment("d")


def test_what_the_server_refuses_is_told(module: Any) -> None:
    made = module.it.to_deployment("d", work_pool_name="nowhere")
    with pytest.raises(DeploymentApplyError, match="nowhere"):
        made.apply()


def test_serve_refuses_a_running_loop(module: Any) -> None:
    async def work() -> None:
        serve(await module.it.to_deployment("d"))

    with pytest.raises(RuntimeError, match="aserve"):
        asyncio.run(work())


def test_names_of_files_lose_their_ending(module: Any) -> None:
    assert module.it.to_deployment("script.py").name == "script"


def test_code_of_a_local_source_is_used_where_it_is(module: Any, place: Any, tmp_path_factory: Any) -> None:
    code = tmp_path_factory.mktemp("code")
    (code / "f.py").write_text("from prefect import flow\n@flow\ndef it(): open('here', 'w').write('x')\n")
    fetched = flow.from_source(LocalStorage(code), "f.py:it")

    async def work() -> None:
        runner = Runner(pause_on_shutdown=False)
        deployment = str(await runner.aadd_deployment(await fetched.to_deployment("d")))
        working = asyncio.create_task(runner.start())
        run = await place.until(await place.start(deployment))
        runner._stop()
        await working
        assert run["state_name"] == "Completed", run["state"]

    asyncio.run(work())
    assert (code / "here").read_text() == "x"


@given(st.integers(1, 10**6))
def test_intervals_in_all_forms(seconds: int) -> None:
    whole = datetime.timedelta(seconds=seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    for form in (
        seconds,
        float(seconds),
        whole,
        f"PT{seconds}S",
        f"PT{hours}H{minutes}M{left}S",
        f"{hours}:{minutes:02}:{left:02}",
    ):
        assert schedules.seconds(form) == whole


def test_schedules_in_all_forms() -> None:
    cron, every = CronSchedule(cron="0 1 * * *"), IntervalSchedule(interval=datetime.timedelta(hours=1))
    made = schedules.wanted(schedules=[cron, {"schedule": every, "active": False, "slug": "hourly"}])
    assert made is not None
    assert [each.schedule for each in made] == [cron, every]
    assert (made[1].active, made[1].slug) == (False, "hourly")
    rules = schedules.wanted(rrule="FREQ=DAILY", timezone="Europe/Berlin")
    assert rules is not None
    assert isinstance(rules[0].schedule, RRuleSchedule)
    assert rules[0].schedule.timezone == "Europe/Berlin"
    with pytest.raises(ValueError, match="no schedule"):
        schedules.wanted(schedules=[SimpleNamespace(x=1)])


def test_the_path_of_a_script_is_from_here(module: Any, place: Any) -> None:
    assert Path(module.__file__).parent == place.directory
