"""`prefect deploy` with and without a file, and `prefect init`."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from prefect._cli import main, session
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.workers.process import ProcessWorker

CODE = """
    from prefect import flow
    @flow(description="Loads.")
    def it(x: int = 1):
        open("seen", "w").write(str(x))
"""
FILE = """\
# what this project deploys
definitions:
  pool: &pool
    name: local

pull:
  - prefect.deployments.steps.set_working_directory:
      directory: "{{ $HERE }}"

deployments:
  - name: first  # the first one
    entrypoint: flows.py:it
    parameters: {x: 3}
    tags: ["{{ prefect.variables.stage }}"]
    schedules:
      - cron: "0 2 * * *"
        timezone: Asia/Kolkata
    work_pool: *pool
  - name: second
    entrypoint: flows.py:it
    build:
      - prefect.deployments.steps.run_shell_script:
          id: say
          script: echo v7
          stream_output: false
    version: "{{ say.stdout }}"
    concurrency_limit: {limit: 2, collision_strategy: CANCEL_NEW}
    triggers:
      - type: event
        expect: [it.happened]
        parameters: {x: "{{ event.payload.x }}"}
    work_pool:
      <<: *pool
      job_variables:
        env: {SECRET: "{{ prefect.blocks.secret.mine }}"}
"""


@pytest.fixture
def prefect(place: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HERE", str(place.directory))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(session, "prompt", None)

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main.run(["--no-prompt", *words])
        return code, capsys.readouterr().out

    return run


@pytest.fixture
def project(place: Any) -> Any:
    place.write(CODE)
    (place.directory / "prefect.yaml").write_text(FILE)

    async def before() -> None:
        async with get_client() as client:
            template = ProcessWorker.get_default_base_job_template()
            wanted = WorkPoolCreate(name="local", type="process", base_job_template=template)
            await client.create_work_pool(wanted)
        await place.call("variables.create", body={"name": "stage", "value": "prod"})

    asyncio.run(before())
    return place


def _read(place: Any, name: str) -> Any:
    names = {"flow_name": "it", "deployment_name": name}
    return asyncio.run(place.call("deployments.read_by_name", **names))


def test_all_of_a_file(project: Any, prefect: Any) -> None:
    code, out = prefect("deploy", "--all")
    assert code == 0, out
    assert "Deployment 'it/first' successfully created" in out
    first, second = _read(project, "first"), _read(project, "second")
    assert (first["parameters"], first["tags"], first["description"]) == ({"x": 3}, ["prod"], "Loads.")
    assert first["schedules"][0]["schedule"]["timezone"] == "Asia/Kolkata"
    assert first["pull_steps"] == [
        {"prefect.deployments.steps.set_working_directory": {"directory": str(project.directory)}}
    ]
    assert second["version"] == "v7"
    assert second["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert second["job_variables"]["env"] == {"SECRET": "{{ prefect.blocks.secret.mine }}"}
    (automation,) = asyncio.run(project.call("automations.filter", body={}))
    assert automation["actions"][0]["parameters"] == {"x": "{{ event.payload.x }}"}


def test_a_pattern_and_options(project: Any, prefect: Any) -> None:
    code, out = prefect("deploy", "-n", "it/fir*", "--param", "x=9", "--tag", "mine", "--interval", "60")
    assert code == 0, out
    found = _read(project, "first")
    assert (found["parameters"], found["tags"]) == ({"x": 9}, ["mine"])
    assert found["schedules"][0]["schedule"]["interval"] == 60
    code, out = prefect("deploy", "-n", "first", "--description", "new")
    assert code == 0
    assert "~ description: Loads. -> new" in out


def test_runs_load_their_code_by_the_pull_steps(project: Any, prefect: Any) -> None:
    assert prefect("deploy", "-n", "first")[0] == 0
    deployment = _read(project, "first")

    async def work() -> Any:
        run_id = await project.start(deployment["id"])
        async with ProcessWorker("local") as worker:
            await worker.sync_with_backend()
            await worker.get_and_submit_flow_runs()
            run = await project.until(run_id)
        told = await project.call(
            "events.filter", body={"filter": {"event": {"prefix": ["prefect.flow-run.pull"]}}}
        )
        return run, told

    run, told = asyncio.run(work())
    assert run["state_name"] == "Completed", run["state"]
    assert (project.directory / "seen").read_text() == "3"
    (event,) = told["events"]
    assert event["event"] == "prefect.flow-run.pull-step.executed"
    assert event["payload"]["step_name"] == "set_working_directory"


def test_without_a_file(place: Any, prefect: Any) -> None:
    place.write(CODE)
    code, out = prefect("deploy", "flows.py:it", "-n", "d", "--cron", "0 9 * * *", "--timezone", "UTC")
    assert code == 0, out
    assert "default-agent-pool" in out
    found = _read(place, "d")
    assert found["work_pool_name"] == "default-agent-pool"
    step = {"prefect.deployments.steps.set_working_directory": {"directory": str(place.directory)}}
    assert found["pull_steps"] == [step]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("deploymets: []\n", "prefect.yaml:1: There is no key 'deploymets'. Did you mean 'deployments'?"),
        (FILE.replace("    tags:", "    tagz:"), "prefect.yaml:14: There is no key 'tagz'"),
        (FILE.replace('cron: "0 2 * * *"', 'crom: "0"'), "prefect.yaml:16: There is no key 'crom'"),
        ("deployments:\n  - name: a\n   b: c\n", "prefect.yaml:3: this is no YAML"),
        ("pull:\n  - git_clone: {}\n", "prefect.yaml:2: there is no step 'git_clone'"),
        ("deployments:\n  - just text\n", "prefect.yaml:2: a deployment has names and values"),
    ],
)
def test_files_that_do_not_fit(project: Any, prefect: Any, text: str, said: str) -> None:
    (project.directory / "prefect.yaml").write_text(text)
    code, out = prefect("deploy", "--all")
    assert code == 1
    assert said in out


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (CODE, ("none.py:it", "-n", "d"), "There is no file 'none.py'"),
        (CODE, ("flows.py:other", "-n", "d"), "There is no function 'other'"),
        (CODE, ("flows.py:it", "-n", "d", "--pool", "none"), "prefect work-pool create none"),
        (CODE, ("flows.py:it", "-n", "d", "--param", "x=many"), "x: 'many' is not"),
        (CODE, ("flows.py:it", "-n", "d", "--param", "y=1"), "takes no parameters y; it takes: x"),
        (CODE, ("flows.py:it",), "deployment name must be provided"),
        (CODE, ("flows.py:it", "-n", "d", "--job-variable", "stream_output=maybe"), "stream_output"),
        (CODE, ("-n", "third"), "No deployment in the file is named 'third'"),
        (CODE, (), "several deployments: first, second"),
        (CODE, ("flows.py:it", "-n", "d", "--cron", "every day"), "cron"),
        ("this is no python", ("flows.py:it", "-n", "d"), "is no Python"),
        (
            "raise ValueError('no, thanks')",
            ("flows.py:it", "-n", "d"),
            "ValueError: no, thanks",
        ),
    ],
)
def test_refusals(project: Any, prefect: Any, code: str, words: Any, said: str) -> None:
    project.write(code)
    exit_code, out = prefect("deploy", *words)
    assert exit_code == 1
    assert said in out


def test_a_script_that_cannot_be_run_here_is_read(project: Any, prefect: Any) -> None:
    project.write("\n    import not_installed_here" + CODE)
    code, out = prefect("deploy", "flows.py:it", "-n", "d")
    assert code == 0, out
    assert "No module named 'not_installed_here'" in out
    assert _read(project, "d")["parameter_openapi_schema"]["properties"].keys() == {"x"}


def test_a_step_that_fails(project: Any, prefect: Any) -> None:
    (project.directory / "prefect.yaml").write_text(FILE.replace("echo v7", "cat not-here"))
    code, out = prefect("deploy", "--all")
    assert code == 1
    assert "prefect.yaml:19: Step 1, prefect.deployments.steps.run_shell_script, failed" in out
    assert "1 of 2 deployments" in out


def test_saving_keeps_comments(project: Any) -> None:
    from prefect._fleet.deploying import document

    path = project.directory / "prefect.yaml"
    read = document.read(path)
    read.save({"name": "third", "entrypoint": "flows.py:it"})
    read.save({"name": "first", "entrypoint": "flows.py:it", "parameters": {"x": 4}})
    text = path.read_text()
    assert "# the first one" in text
    assert "work_pool: *pool" in text
    again = document.read(path)
    assert [each["name"] for each in again.entries] == ["first", "second", "third"]
    assert again.entries[0]["parameters"] == {"x": 4}
    assert again.entries[1]["work_pool"]["name"] == "local"


def test_init(place: Any, prefect: Any) -> None:
    code, out = prefect(
        "init", "--recipe", "git", "--field", "repository=https://a/b.git", "-f", "branch=main"
    )
    assert code == 0, out
    assert "prefect.yaml" in out
    text = (place.directory / "prefect.yaml").read_text()
    assert "repository: https://a/b.git" in text
    from prefect._fleet.deploying import document

    document.read(place.directory / "prefect.yaml")
    assert prefect("init")[0] == 0
    assert prefect("init", "--recipe", "paper")[0] == 1
    code, out = prefect("deploy", "init", "--recipe", "docker")
    assert code == 1
    assert "--field image_name=" in out


@pytest.mark.parametrize("recipe", ["docker-s3", "docker-gcs", "docker-azure"])
def test_recipes_of_an_image_and_a_bucket(place: Any, prefect: Any, recipe: str) -> None:
    from prefect.deployments import base

    fields = [word for field in base.fields_of(recipe) for word in ("--field", f"{field}=x")]
    assert prefect("init", "--recipe", recipe, *fields)[0] == 0
    text = (place.directory / "prefect.yaml").read_text()
    assert text.index("build_docker_image") < text.index("push_docker_image") < text.index("push_to_")
    assert "pull_from_" in text
