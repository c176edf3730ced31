"""Counting events: what holds whatever comes."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from prefect._core.triggers import buckets, model
from prefect._core.triggers.composite import ChildFiring, combine
from prefect._core.triggers.model import Happening

S = 1_000_000


def trigger(**told: Any) -> Any:
    return model.parse({"type": "event", "id": "t", "expect": ["x"], **told})


def happening(at_s: float, name: str = "x") -> Happening:
    return Happening("e", name, round(at_s * S), {"prefect.resource.id": "r"}, (), {"at": at_s})


def fired(what: Any, events: list[Happening], until_s: float | None = None) -> list[float]:
    """When the trigger fires, in seconds."""
    bucket, found = buckets.first(what, 0), []
    for event in events:
        step = buckets.observe(what, bucket, event)
        bucket = step.bucket
        found += step.firings
    if until_s is not None and bucket is not None:
        found += buckets.end(what, bucket, round(until_s * S)).firings
    return [each.at_us / S for each in found]


TIMES = st.lists(st.integers(0, 200), max_size=30).map(sorted)


@given(TIMES, st.integers(1, 4))
def test_without_a_window_each_so_many_events_fire(times: list[int], threshold: int) -> None:
    found = fired(trigger(threshold=threshold), [happening(at) for at in times])
    assert len(found) == len(times) // threshold


@given(TIMES, st.integers(1, 4), st.integers(1, 60))
def test_firings_of_a_window_are_at_least_a_window_apart(
    times: list[int], threshold: int, within: int
) -> None:
    found = fired(trigger(threshold=threshold, within=within), [happening(at) for at in times])
    opened = [time for index, time in enumerate(times) if index == 0 or time != times[index - 1]]
    assert len(found) <= len(opened)
    assert found == sorted(found)
    if threshold == 1:
        assert all(later - sooner >= within for sooner, later in itertools.pairwise(found))


@given(TIMES)
def test_absence_fires_only_for_windows_without_enough(times: list[int]) -> None:
    what = trigger(posture="Proactive", within=10)
    for end_s in fired(what, [happening(at) for at in times], 210):
        assert not any(end_s - 10 <= at < end_s for at in times)


def test_a_heartbeat_that_stays_away() -> None:
    beats = trigger(posture="Proactive", within=30, after=["beat"], expect=["beat", "done"])
    events = [happening(at, "beat") for at in (0, 20, 40)]
    assert fired(beats, events, 60) == []
    assert fired(beats, events, 70) == [70]
    assert fired(beats, [*events, happening(50, "done")], 100) == []


def test_what_is_read_is_written_as_it_was() -> None:
    told = {
        "type": "compound",
        "id": "c",
        "require": 1,
        "within": 5.0,
        "triggers": [model.to_json(trigger(within="PT1M30S"))],
    }
    assert model.to_json(model.parse(told)) == told
    assert told["triggers"][0]["within"] == 90.0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5)), max_size=12))
def test_a_sequence_fires_by_the_latest_of_each_in_order(came: list[tuple[str, int]]) -> None:
    parent = model.SequenceTrigger("p", tuple(trigger(id=each) for each in "ab"), 10 * S)
    kept: tuple[ChildFiring, ...] = ()
    at_s = 0
    for id, pause_s in came:
        at_s += pause_s
        kept, by = combine(parent, kept, ChildFiring(id, at_s * S, {}))
        if by is not None:
            assert [each.trigger_id for each in by] == ["a", "b"]
            assert by[1].at_us - by[0].at_us <= 10 * S
            assert kept == ()
        assert len({each.trigger_id for each in kept}) == len(kept)
