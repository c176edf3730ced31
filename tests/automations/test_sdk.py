"""Automations from Python and from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.api.conftest import running

from prefect import settings
from prefect._cli import main
from prefect._link import choose
from prefect.automations import Automation, DoNothing, EventTrigger
from prefect.client.orchestration import get_client
from prefect.events import DeploymentEventTrigger
from prefect.events.worker import EventsWorker


@pytest.fixture(autouse=True, params=["embedded", "server"])
def place(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    settings.refresh()
    if request.param == "server":
        with running() as server:
            monkeypatch.setenv("PREFECT_API_URL", server.url)
            settings.refresh()
            yield
            EventsWorker.drain_all()
            choose.reset()
    else:
        yield
        EventsWorker.drain_all()
        choose.reset()
    monkeypatch.undo()
    settings.refresh()


def made(name: str = "a") -> Any:
    trigger = EventTrigger(expect={"x"}, for_each={"l"}, within=60)  # pyright: ignore[reportArgumentType]
    return Automation(name=name, trigger=trigger, actions=[DoNothing()], tags=["t"])


def test_the_life_of_an_automation() -> None:
    automation = made().create()
    assert automation.id
    found = Automation.read(id=automation.id)
    assert found == automation
    assert Automation.read(name="a").id == automation.id
    automation.description = "new"
    automation.update()
    assert Automation.read(name="a").description == "new"
    assert automation.disable()
    assert not Automation.read(name="a").enabled
    assert automation.enable()
    assert automation.delete()
    assert not automation.delete()
    assert not automation.enable()
    with pytest.raises(ValueError, match="no automation"):
        Automation.read(name="a")


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_life_of_an_automation_in_async_code() -> None:
    automation = await made().acreate()
    assert (await Automation.aread(name="a")).id == automation.id
    await automation.adisable()
    async with get_client() as client:
        assert (await client.find_automation("A")) is not None
        assert not (await client.read_automation(automation.id)).enabled
        trigger = DeploymentEventTrigger(expect={"x"}, name="n")
        trigger.set_deployment_id(automation.id)
        await client.create_automation(trigger.as_automation())
        owner = f"prefect.deployment.{automation.id}"
        assert [each.name for each in await client.read_resource_related_automations(owner)] == ["n"]
        await client.delete_resource_owned_automations(owner)
        assert [each.name for each in await client.read_automations()] == ["a"]
        page = await client.read_events()
        assert {event.event for event in page.events} >= {
            "prefect.automation.created",
            "prefect.automation.updated",
            "prefect.automation.deleted",
        }
    assert await automation.adelete()


def run(capsys: Any, *words: str) -> tuple[int, str]:
    try:
        code = main.main(list(words))
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    return code or 0, capsys.readouterr().out


def test_the_command_line(capsys: Any, tmp_path: Path) -> None:
    file = tmp_path / "automations.yaml"
    file.write_text(
        "automations:\n"
        "- {name: one, trigger: {posture: Reactive, expect: [x]}, actions: [{type: do-nothing}]}\n"
        "- {name: two, trigger: {posture: Proactive, within: 30}, actions: [{type: do-nothing}]}\n"
    )
    assert run(capsys, "automation", "create", "--from-file", str(file))[0] == 0
    code, out = run(capsys, "automation", "ls")
    assert code == 0
    assert "one" in out
    assert "Proactive" in out
    assert run(capsys, "automation", "pause", "one")[0] == 0
    code, out = run(capsys, "automation", "inspect", "one", "--json")
    found = json.loads(out)
    assert found["enabled"] is False
    assert "name: one" in run(capsys, "automation", "inspect", "one", "--yaml")[1]
    assert run(capsys, "automation", "resume", "--id", found["id"])[0] == 0
    told = json.dumps({"name": "three", "trigger": {"expect": ["y"]}, "actions": []})
    assert run(capsys, "automation", "update", "--id", found["id"], "--from-json", told)[0] == 0
    assert run(capsys, "automation", "inspect", "one")[0] == 1
    assert run(capsys, "--no-prompt", "automation", "delete", "three")[0] == 0
    assert run(capsys, "automation", "create", "--from-json", "{}")[0] == 1


def test_events_on_the_command_line(capsys: Any) -> None:
    code, out = run(capsys, "event", "emit", "it.rained", "--resource-id", "town.1", "--payload", '{"mm": 3}')
    assert code == 0
    assert "it.rained" in out
    assert run(capsys, "event", "emit", "it.rained")[0] == 1
    code, out = run(capsys, "event", "stream", "--run-once")
    assert json.loads(out)["payload"] == {"mm": 3}
