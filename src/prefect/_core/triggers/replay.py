"""When a trigger would have fired: events of the past against a trigger that watches nothing yet."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

from prefect._core.triggers import buckets, composite, matching
from prefect._core.triggers.buckets import Bucket, Fired, Step
from prefect._core.triggers.composite import ChildFiring
from prefect._core.triggers.model import Composite, EventTrigger, Happening, Json, Trigger, leaves

Place = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Firing:
    """When the whole trigger would have fired, after which event (None: for want of one), and its labels."""

    at_us: int
    event: Json | None
    labels: dict[str, str]


@dataclass(slots=True)
class Replay:
    """What was seen and what came of it; `is_cut` if there were more firings than are told."""

    most: int
    firings: list[Firing] = field(default_factory=list[Firing])
    # events that the trigger counts
    counted: int = 0
    is_cut: bool = False


def replay(trigger: Trigger, events: Iterable[Happening], since_us: int, until_us: int, most: int) -> Replay:
    """Have `trigger` see events in the order of time, from an instant on up to another one."""
    run = _Run(trigger, Replay(most))
    run.begin(since_us)
    for event in events:
        run.end_windows(event.at_us)
        run.see(event)
        if run.told.is_cut:
            return run.told
    run.end_windows(until_us)
    return run.told


class _Run:
    def __init__(self, trigger: Trigger, told: Replay) -> None:
        self.told = told
        self._leaves = list(leaves(trigger))
        self._buckets: dict[Place, Bucket] = {}
        self._kept: dict[str, tuple[ChildFiring, ...]] = {}
        # windows by their ends; one that has changed since is passed over
        self._ends: list[tuple[int, Place]] = []

    def begin(self, now_us: int) -> None:
        for number, (leaf, _) in enumerate(self._leaves):
            self._put((number, ()), buckets.first(leaf, now_us))

    def see(self, event: Happening) -> None:
        counts = False
        for number, (leaf, around) in enumerate(self._leaves):
            by_name = matching.expects(leaf, event) or matching.starts_after(leaf, event)
            if not by_name or not matching.covers(leaf, event):
                continue
            counts = True
            place = (number, matching.key(leaf, event))
            self._take(place, leaf, around, buckets.observe(leaf, self._buckets.get(place), event))
        self.told.counted += counts

    def end_windows(self, now_us: int) -> None:
        while self._ends and self._ends[0][0] <= now_us and not self.told.is_cut:
            end_us, place = heapq.heappop(self._ends)
            bucket = self._buckets.get(place)
            if bucket is None or bucket.end_us != end_us:
                continue
            leaf, around = self._leaves[place[0]]
            self._take(place, leaf, around, buckets.end(leaf, bucket, end_us))

    def _put(self, place: Place, bucket: Bucket | None) -> None:
        if bucket is None:
            self._buckets.pop(place, None)
            return
        before = self._buckets.get(place)
        self._buckets[place] = bucket
        if bucket.end_us < buckets.FOREVER_US and (before is None or before.end_us != bucket.end_us):
            heapq.heappush(self._ends, (bucket.end_us, place))

    def _take(self, place: Place, leaf: EventTrigger, around: tuple[Composite, ...], step: Step) -> None:
        self._put(place, step.bucket)
        for fired in step.firings:
            if self._reaches_the_top(leaf, around, fired):
                self._tell(Firing(fired.at_us, fired.event, matching.labels(leaf, place[1])))

    def _reaches_the_top(self, leaf: EventTrigger, around: tuple[Composite, ...], fired: Fired) -> bool:
        child = leaf.id
        for parent in around:
            kept = self._kept.get(parent.id, ())
            self._kept[parent.id], by = composite.combine(parent, kept, ChildFiring(child, fired.at_us, {}))
            if by is None:
                return False
            child = parent.id
        return True

    def _tell(self, firing: Firing) -> None:
        if len(self.told.firings) >= self.told.most:
            self.told.is_cut = True
        else:
            self.told.firings.append(firing)
