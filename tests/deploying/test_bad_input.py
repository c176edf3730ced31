"""What people get wrong about deployments: each is told in a line that names it and shows what is right."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import httpx
import pytest
from tests.api.conftest import running

from prefect._cli import main, session
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.schedules import construct_schedule
from prefect.workers.process import ProcessWorker

CODE = """
    from prefect import flow
    from pydantic import BaseModel
    class Home(BaseModel):
        street: str
    @flow
    def it(x: int = 1, home: Home = None):
        pass
"""
BROKEN = """
    from prefect import flow
    raise RuntimeError("no licence")
    @flow
    def it():
        pass
"""
CRON = '"0 9 * * MON-FRI"'


@pytest.fixture
def prefect(place: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(session, "prompt", None)
    place.write(CODE)
    place.write(BROKEN, "broken.py")

    async def before() -> None:
        async with get_client() as client:
            template = ProcessWorker.get_default_base_job_template()
            await client.create_work_pool(
                WorkPoolCreate(name="p", type="process", base_job_template=template)
            )

    asyncio.run(before())

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main.run(["--no-prompt", *words])
        return code, capsys.readouterr().out

    assert run("deploy", "flows.py:it", "-n", "d", "--pool", "p")[0] == 0
    return run


SCHEDULE = ("deployment", "schedule", "create", "it/d")
DEPLOY = ("deploy", "flows.py:it", "-n", "e", "--pool", "p")
SERVE = ("flow", "serve", "flows.py:it", "-n", "s")


@pytest.mark.parametrize("command", [SCHEDULE, DEPLOY, SERVE], ids=["schedule", "deploy", "serve"])
@pytest.mark.parametrize(
    ("words", "field", "example"),
    [
        (("--cron", "every day"), 'cron: "every day" has 2 fields', CRON),
        (("--cron", "61 * * * *"), "cron: ", CRON),
        (("--rrule", "FREQ=SOMETIMES"), "rrule: ", "FREQ=WEEKLY"),
        (("--rrule", "weekly"), "rrule: ", "FREQ=WEEKLY"),
        (("--interval", "-5"), "interval: ", "3600"),
        (("--interval", "0"), "interval: ", "3600"),
        (
            ("--cron", "0 0 * * *", "--timezone", "Mars/Base"),
            'timezone: Invalid timezone: "Mars/Base"',
            "New_York",
        ),
        (("--interval", "60", "--anchor-date", "some day"), "anchor_date: ", "2026-06-01T09:00:00+02:00"),
    ],
)
def test_schedules(prefect: Any, command: Any, words: Any, field: str, example: str) -> None:
    code, out = prefect(*command, *words)
    assert code == 1
    first = out.splitlines()[0]
    assert field in first
    assert example in first
    name = field.partition(" ")[0]
    assert f"{name} {name}" not in first
    assert "pydantic" not in out


def test_schedules_in_python() -> None:
    with pytest.raises(ValueError, match=r'^cron: "x" has 1 field') as refused:
        construct_schedule(cron="x")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("deploy", "none.py:it", "-n", "e"), "There is no file 'none.py' here, in "),
        (("flow", "serve", "none.py:it", "-n", "s"), "There is no file 'none.py' here, in "),
        (("deploy", "flows.py:none", "-n", "e"), "There is no function 'none' in"),
        (("flow", "serve", "flows.py:none", "-n", "s"), "There is no function 'none' in"),
        (("deploy", "flows.py:it", "-n", "e", "--pool", "none"), "prefect work-pool create none"),
        (("worker", "start", "-p", "none", "--no-create-pool-if-not-found"), "There is no work pool 'none'"),
        (("work-queue", "pause", "q", "--pool", "none"), "Work pool 'none' not found!"),
        (("work-queue", "pause", "q", "--pool", "p"), "`prefect work-queue ls --pool p` lists them"),
        (("work-pool", "create", "n", "--type", "nonsense"), "Choose from"),
        (
            ("deployment", "run", "it/d", "--job-variable", "stream_output=maybe"),
            "'stream_output': 'maybe' is not",
        ),
        ((*DEPLOY, "--job-variable", "stream_output=maybe"), "'stream_output': 'maybe' is not"),
        (("deployment", "run", "it/d", "-p", 'home={"street": 5}'), "Field 'home.street': 5 is not"),
        (("deployment", "run", "it/d", "-p", "home={}"), "'street' is a required property"),
        ((*DEPLOY, "--param", "x=many"), "x: "),
    ],
)
def test_refusals(prefect: Any, words: Any, said: str) -> None:
    code, out = prefect(*words)
    assert code == 1
    assert said in out
    assert "Traceback" not in out


@pytest.mark.parametrize(
    "words",
    [
        ("deploy", "broken.py:it", "-n", "e"),
        ("flow", "serve", "broken.py:it", "-n", "s"),
        ("task", "serve", "broken.py:it"),
    ],
)
def test_a_script_that_raises_is_told_with_its_last_lines(prefect: Any, words: Any) -> None:
    _, out = prefect(*words)
    assert 'raise RuntimeError("no licence")' in out
    assert "RuntimeError: no licence" in out
    assert "broken.py" in out


def test_a_queue_that_is_missing_is_told_by_the_worker(prefect: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "worker", "start", "-p", "p", "-q", "none", "--run-once"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Work pool 'p' has no queue 'none'" in done.stdout
    assert "prefect work-queue create 'none' --pool 'p'" in done.stdout


def test_the_api_names_the_path() -> None:
    with running() as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        flow = http.post("/flows/", json={"name": "it"}).json()["id"]
        schema = {
            "type": "object",
            "properties": {"home": {"type": "object", "properties": {"street": {"type": "string"}}}},
        }
        body = {"name": "d", "flow_id": flow, "parameter_openapi_schema": schema}
        deployment = http.post("/deployments/", json=body).json()["id"]
        run = {"parameters": {"home": {"street": 5}}}
        refused = http.post(f"/deployments/{deployment}/create_flow_run", json=run)
        assert refused.status_code == 409  # as clients of the original expect it
        assert "home.street" in refused.text
        wrong = {**body, "name": "e", "schedules": [{"schedule": {"cron": "every day", "timezone": "UTC"}}]}
        refused = http.post("/deployments/", json=wrong)
        assert refused.status_code == 422
        paths = [".".join(map(str, each["loc"])) for each in refused.json()["exception_detail"]]
        assert any(path.startswith("body.schedules.0.schedule") and path.endswith("cron") for path in paths)
        assert CRON.strip('"') in refused.text


def test_the_code_of_a_run_that_was_deleted(prefect: Any, place: Any) -> None:
    code, out = prefect("deployment", "run", "it/d")
    assert code == 0, out
    (run,) = asyncio.run(place.call("flow_runs.filter", body={}))
    (place.directory / "flows.py").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "worker", "start", "-p", "p", "--run-once"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ended = asyncio.run(place.read(run["id"]))
    assert ended["state_type"] == "CRASHED"
    assert "flows.py" in ended["state"]["message"]
