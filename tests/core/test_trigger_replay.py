"""When a trigger would have fired over events of the past."""

from __future__ import annotations

from typing import Any

from prefect._core.triggers import model
from prefect._core.triggers.model import Happening
from prefect._core.triggers.replay import Replay, replay

SECOND = 1_000_000


def _event(number: int, name: str, at_s: float, of: str = "a") -> Happening:
    resource = {"prefect.resource.id": of}
    return Happening(str(number), name, int(at_s * SECOND), resource, (), {"id": str(number)})


def _trigger(**more: Any) -> dict[str, Any]:
    return {"type": "event", "posture": "Reactive", "expect": ["fail"], "threshold": 1, "within": 0, **more}


def _run(trigger: dict[str, Any], events: list[Happening], until_s: float = 100, most: int = 10) -> Replay:
    ids = iter(range(100))
    made = model.identified(model.parse(trigger), lambda: f"t{next(ids)}")
    return replay(made, events, 0, int(until_s * SECOND), most)


def test_it_fires_for_what_it_counts() -> None:
    events = [_event(1, "fail", 1), _event(2, "fine", 2), _event(3, "fail", 3, of="b")]
    told = _run(_trigger(for_each=["prefect.resource.id"]), events)
    assert [(each.at_us, each.labels) for each in told.firings] == [
        (1 * SECOND, {"prefect.resource.id": "a"}),
        (3 * SECOND, {"prefect.resource.id": "b"}),
    ]
    assert told.counted == 2


def test_many_within_a_time_fire_once() -> None:
    events = [_event(number, "fail", number) for number in range(1, 8)]
    told = _run(_trigger(threshold=3, within=60), events)
    assert [each.event for each in told.firings] == [{"id": "3"}]


def test_what_does_not_happen_fires_at_the_end_of_its_window() -> None:
    told = _run(
        _trigger(posture="Proactive", expect=["beat"], within=20), [_event(1, "beat", 30)], until_s=70
    )
    assert [each.at_us // SECOND for each in told.firings] == [20, 60]
    after = _trigger(posture="Proactive", after=["begin"], expect=["end"], within=10)
    events = [_event(1, "begin", 1), _event(2, "end", 5), _event(3, "begin", 20)]
    told = _run(after, events)
    assert [each.at_us // SECOND for each in told.firings] == [30]


def test_triggers_of_others_fire_when_theirs_have() -> None:
    parts = [_trigger(expect=["one"]), _trigger(expect=["two"])]
    events = [_event(1, "two", 1), _event(2, "one", 2), _event(3, "two", 3)]
    sequence = _run({"type": "sequence", "triggers": parts, "within": 60}, events)
    assert [each.at_us // SECOND for each in sequence.firings] == [3]
    both = _run({"type": "compound", "require": "all", "triggers": parts, "within": 60}, events)
    assert [each.at_us // SECOND for each in both.firings] == [2]


def test_so_many_firings_are_told_and_no_more() -> None:
    told = _run(_trigger(), [_event(number, "fail", number) for number in range(50)], most=10)
    assert (len(told.firings), told.is_cut) == (10, True)
    silent = _run(_trigger(posture="Proactive", within=10), [], until_s=10_000_000, most=5)
    assert (len(silent.firings), silent.is_cut) == (5, True)
