"""Automations: rows, what fires them, and what is done then."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from prefect._base.clock import to_iso
from prefect._base.errors import Invalid, NotFound
from prefect._core.triggers import buckets
from prefect._service.automations import performing
from prefect._service.keepers import events as keeper
from prefect.settings import active


def trigger(*expect: str, **more: Any) -> dict[str, Any]:
    return {"type": "event", "posture": "Reactive", "expect": list(expect), **more}


def automation(what: Any, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "a", "trigger": what, "actions": list(actions) or [{"type": "do-nothing"}], **more}


@pytest.fixture
def world(api: Any) -> Any:
    """`tell` says that something happened, `turn` has it noticed, `told` says what followed."""

    class World:
        def tell(self, name: str, resource: str = "town.1", **labels: str) -> dict[str, Any]:
            event = {
                "id": str(uuid4()),
                "occurred": to_iso(api.clock.now_us()),
                "event": name,
                "resource": {"prefect.resource.id": resource, **labels},
            }
            api("events.create", body=[event])
            return event

        def turn(self) -> float | None:
            wait_s: float | None = 0.0
            while wait_s == 0.0:
                wait_s = api.unit(keeper.round, active())
            return wait_s

        def told(self, prefix: str = "prefect.automation.") -> list[dict[str, Any]]:
            self.turn()
            asked = {"event": {"prefix": [prefix]}, "order": "ASC"}
            return api("events.filter", body={"filter": asked})["events"]

        def fired(self) -> int:
            return len(self.told("prefect.automation.triggered"))

        def act(self) -> None:
            while isinstance(found := api.unit(performing.claim), performing.Claim):
                try:
                    api.unit(performing.perform, found)
                except (performing.ActionFailed, NotFound) as refused:
                    api.unit(performing.fail, found, str(refused))

    return World()


def test_rows(api: Any) -> None:
    made = api("automations.create", body=automation(trigger("x"), tags=["t"], owner_resource="o.1"))
    assert api("automations.read", id=made["id"]) == made
    assert made["trigger"]["id"]
    assert made["trigger"]["within"] == 0.0
    assert api("automations.count", body={"automations": {"tags": {"all_": ["t"]}}}) == 1
    assert api("automations.count", body={"automations": {"name": {"any_": ["b"]}}}) == 0
    api("automations.update", id=made["id"], body={"enabled": False})
    assert api("automations.filter")[0]["enabled"] is False
    assert [each["id"] for each in api("automations.related_to", resource_id="o.1")] == [made["id"]]
    api("automations.delete_owned_by", resource_id="o.1")
    with pytest.raises(NotFound):
        api("automations.read", id=made["id"])


def test_what_cannot_be_is_refused(api: Any) -> None:
    run = {"type": "run-deployment", "source": "inferred"}
    for body in (
        automation({"type": "metric"}),
        automation(trigger("x", posture="Proactive", within=5)),
        automation(trigger("prefect.flow-run.*"), run),
        automation(trigger("x"), {"type": "pause-deployment"}),
        automation(trigger("x"), {"type": "call-webhook", "block_document_id": "b", "payload": "{{"}),
    ):
        with pytest.raises(Invalid):
            api("automations.create", body=body)


def test_templates_are_checked(api: Any) -> None:
    assert api("automations.validate_template", body="{{ event.id }}") is None
    assert api.status == 204
    assert api("templates.validate", body="{% for %}")["error"]["line"] == 1
    assert api.status == 422


def test_events_fire_once_and_only_later_ones(api: Any, world: Any) -> None:
    world.tell("x")
    api("automations.create", body=automation(trigger("x")))
    world.tell("y")
    assert world.fired() == 0
    event = world.tell("x")
    assert world.fired() == 1
    assert world.fired() == 1
    (fired,) = world.told("prefect.automation.triggered")
    assert fired["payload"]["triggering_event"]["id"] == event["id"]
    assert fired["related"][0]["prefect.resource.id"] == f"prefect.event.{event['id']}"
    world.act()
    names = [each["event"] for each in world.told("prefect.automation.action.")]
    assert names == ["prefect.automation.action.triggered", "prefect.automation.action.executed"]


def test_absence_is_noticed_at_its_time(api: Any, world: Any) -> None:
    api("automations.create", body=automation(trigger("beat", posture="Proactive", within=10)))
    assert world.turn() == pytest.approx(10, abs=0.1)
    api.clock.advance(9)
    world.tell("beat")
    api.clock.advance(2)
    assert world.fired() == 0
    api.clock.advance(10)
    assert world.fired() == 1


def test_each_of_several(api: Any, world: Any) -> None:
    what = trigger("x", for_each=["prefect.resource.id"], threshold=2, within=60)
    api("automations.create", body=automation(what))
    for resource in ("a", "b", "a", "a", "b"):
        world.tell("x", resource)
    assert [each["payload"]["triggering_labels"] for each in world.told("prefect.automation.triggered")] == [
        {"prefect.resource.id": "a"},
        {"prefect.resource.id": "b"},
    ]


def test_a_sequence_fires_in_its_order(api: Any, world: Any) -> None:
    what = {"type": "sequence", "within": 60, "triggers": [trigger("s1"), trigger("s2")]}
    api("automations.create", body=automation(what))
    world.tell("s2")
    world.tell("s1")
    assert world.fired() == 0
    world.tell("s2")
    assert world.fired() == 1
    world.tell("s2")
    assert world.fired() == 1


def test_a_compound_inside_a_compound(api: Any, world: Any) -> None:
    inner = {"type": "compound", "require": "all", "within": None, "triggers": [trigger("a"), trigger("b")]}
    what = {"type": "compound", "require": "any", "within": 60, "triggers": [inner, trigger("c")]}
    api("automations.create", body=automation(what))
    world.tell("a")
    assert world.fired() == 0
    world.tell("b")
    assert world.fired() == 1
    world.tell("c")
    assert world.fired() == 2


def test_a_flow_run_is_cancelled(api: Any, world: Any) -> None:
    what = trigger("prefect.flow-run.Running")
    api("automations.create", body=automation(what, {"type": "cancel-flow-run"}))
    run = api.flow_run()
    api.set_flow(run["id"], "RUNNING")
    api.clock.advance(1)
    world.turn()
    world.act()
    assert api("flow_runs.read", id=run["id"])["state_type"] == "CANCELLING"


def test_another_automation_is_paused(api: Any, world: Any) -> None:
    other = api("automations.create", body=automation(trigger("z"), name="b"))
    action = {"type": "pause-automation", "source": "selected", "automation_id": other["id"]}
    api("automations.create", body=automation(trigger("x"), action))
    world.tell("x")
    world.turn()
    world.act()
    assert api("automations.read", id=other["id"])["enabled"] is False


def test_what_cannot_be_done_says_why(api: Any, world: Any) -> None:
    api("automations.create", body=automation(trigger("x"), {"type": "cancel-flow-run"}))
    world.tell("x")
    world.turn()
    world.act()
    (failed,) = world.told("prefect.automation.action.failed")
    assert "flow-run" in failed["payload"]["reason"]
    assert api.unit(performing.claim) is None


def test_an_action_that_nobody_comes_back_from_is_tried_again_and_given_up(api: Any, world: Any) -> None:
    api("automations.create", body=automation(trigger("x")))
    world.tell("x")
    world.turn()
    for _ in range(performing.MOST_TRIES):
        found = api.unit(performing.claim)
        assert isinstance(found, performing.Claim)
        assert not isinstance(api.unit(performing.claim), performing.Claim)
        api.clock.advance(performing.CLAIM_S + 1)
    assert not isinstance(api.unit(performing.claim), performing.Claim)
    assert len(world.told("prefect.automation.action.failed")) == 1


def test_templates_see_what_happened(api: Any, world: Any) -> None:
    api("variables.create", body={"name": "v", "value": 3})
    deployment = "{{ event.resource['prefect.resource.id'] }} {{ variables.v }} {{ missing.x.y }}"
    from prefect._service.automations import names, templates

    invocation = {
        "automation": {"id": "1", "name": "a"},
        "firing": {"triggering_firings": [], "triggering_event": None},
        "triggering_labels": {"l": "m"},
        "triggering_event": {
            "id": "e",
            "event": "x",
            "resource": {"prefect.resource.id": "r"},
            "related": [],
        },
    }
    around = api.unit(names.of, invocation)
    assert templates.render(deployment, around) == "r 3 "
    assert templates.filled(
        {"n": ["{{ variables.v }}", {"__prefect_kind": "json", "value": "[1]"}]}, around, {}
    ) == {"n": [3, [1]]}


def test_no_automation_is_set_off_by_what_it_has_set_off(api: Any, world: Any) -> None:
    everything = [automation(trigger(), name=name) for name in ("a", "b", "c")]
    for each in everything:
        api("automations.create", body=each)
    world.turn()
    before = world.fired()
    world.tell("x.happened")
    fired = world.fired()
    while True:  # what actions tell is noticed, too
        world.act()
        if fired == (fired := world.fired()):
            break
    # alone, each after one other, and each after both others; its three events each time
    assert fired - before <= 3 + 6 * 3 + 6 * 9
    for told in world.told("prefect.automation.triggered"):
        chain = told["payload"]["chain"]
        assert len(set(chain)) == len(chain) <= 3
        assert told["resource"]["prefect.resource.id"] == f"prefect.automation.{chain[-1]}"
        inner = told["payload"]["triggering_event"]
        if inner["event"] == "prefect.automation.triggered":
            assert "triggering_event" not in (inner["payload"]["triggering_event"]["payload"] or {})


def test_an_event_that_one_cannot_take_keeps_no_other_from_being_noticed(
    api: Any, world: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    api("automations.create", body=automation(trigger("odd", "even")))
    observe = buckets.observe

    def fails(leaf: Any, before: Any, event: Any) -> Any:
        if event.event == "odd":
            raise ValueError("odd")
        return observe(leaf, before, event)

    monkeypatch.setattr(buckets, "observe", fails)
    for name in ("even", "odd", "even"):
        world.tell(name)
    assert world.fired() == 2
    assert "could not take the event" in caplog.text
