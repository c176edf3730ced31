"""Counting: what an event, or the end of a window, does to a bucket of a trigger.

A reactive trigger fires as soon as enough events have come, once for each window. A proactive one fires when
its window ends without them. Windows follow the time of the events, so order and delay of their arrival
change nothing but when a firing is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from prefect._core.triggers import matching
from prefect._core.triggers.model import PROACTIVE, EventTrigger, Happening, Json

# how far before the event that opens a reactive window others of the same window may have happened
REORDERED_US = 15 * 60 * 1_000_000
FOREVER_US = 1 << 62


@dataclass(frozen=True, slots=True)
class Bucket:
    """A window of time, up to its end but not with it, and the events counted in it."""

    start_us: int
    end_us: int
    count: int
    last_event: Json | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The bucket afterwards (None: there is none any more), and the firings, oldest first."""

    bucket: Bucket | None
    firings: tuple[Fired, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """That the trigger fired, when, and with which last event."""

    at_us: int
    event: Json | None


def first(trigger: EventTrigger, now_us: int) -> Bucket | None:
    """The bucket that exists as soon as the trigger does: absence can be noticed before anything happens."""
    if trigger.posture == PROACTIVE and not trigger.after and not trigger.for_each:
        return Bucket(now_us, now_us + trigger.within_us, 0)
    return None


def observe(trigger: EventTrigger, bucket: Bucket | None, event: Happening) -> Step:
    """What an event that the trigger covers does to the bucket of its key."""
    opens = bool(trigger.after) and matching.starts_after(trigger, event)
    counts = matching.expects(trigger, event)
    if not opens and not counts:
        return Step(bucket)
    if trigger.posture == PROACTIVE:
        return _proactive(trigger, bucket, event, opens, counts)
    if trigger.after:
        return _reactive_after(trigger, bucket, event, opens, counts)
    return _reactive(trigger, bucket, event)


def _needed(trigger: EventTrigger) -> int:
    return max(1, trigger.threshold)


def _reactive(trigger: EventTrigger, bucket: Bucket | None, event: Happening) -> Step:
    if not trigger.within_us:
        count = (bucket.count if bucket else 0) + 1
        if count < _needed(trigger):
            return Step(Bucket(event.at_us - REORDERED_US, FOREVER_US, count, event.whole))
        return Step(None, (Fired(event.at_us, event.whole),))
    if bucket is None or event.at_us >= bucket.end_us:
        bucket = Bucket(event.at_us - REORDERED_US, event.at_us + trigger.within_us, 0)
    return _counted(trigger, bucket, event)


def _counted(trigger: EventTrigger, bucket: Bucket, event: Happening) -> Step:
    if event.at_us < bucket.start_us:
        return Step(bucket)  # it belongs to a window that is long over
    after = replace(bucket, count=bucket.count + 1, last_event=event.whole)
    fires = after.count == _needed(trigger)
    return Step(after, (Fired(event.at_us, event.whole),) if fires else ())


def _reactive_after(
    trigger: EventTrigger, bucket: Bucket | None, event: Happening, opens: bool, counts: bool
) -> Step:
    is_open = bucket is not None and bucket.start_us <= event.at_us < bucket.end_us
    if bucket is not None and is_open and counts:
        step = _counted(trigger, bucket, event)
        return step if trigger.within_us or not step.firings else Step(None, step.firings)
    if opens and not is_open:
        end_us = event.at_us + trigger.within_us if trigger.within_us else FOREVER_US
        return Step(Bucket(event.at_us, end_us, 0, event.whole))
    return Step(bucket)


def _proactive(
    trigger: EventTrigger, bucket: Bucket | None, event: Happening, opens: bool, counts: bool
) -> Step:
    fired: tuple[Fired, ...] = ()
    if bucket is not None and event.at_us >= bucket.end_us:
        over = end(trigger, bucket, event.at_us)
        bucket, fired = over.bucket, over.firings
    if opens:
        if bucket is None or counts:  # a heartbeat opens its window anew, and does not count for itself
            bucket = Bucket(event.at_us, event.at_us + trigger.within_us, 0, event.whole)
        return Step(bucket, fired)
    if bucket is None:
        if trigger.after:
            return Step(None, fired)  # nothing is waited for
        bucket = Bucket(event.at_us, event.at_us + trigger.within_us, 0)
    if event.at_us < bucket.start_us:
        return Step(bucket, fired)
    bucket = replace(bucket, count=bucket.count + 1, last_event=event.whole)
    if trigger.after and bucket.count >= _needed(trigger):
        return Step(None, fired)
    return Step(bucket, fired)


def end(trigger: EventTrigger, bucket: Bucket, now_us: int) -> Step:
    """What the end of a window does to a bucket, once everything that happened before `now_us` was counted.

    A window that is not over stays. Windows that passed unnoticed fire once together.
    """
    if now_us < bucket.end_us:
        return Step(bucket)
    if trigger.posture != PROACTIVE:
        return Step(None)
    fired = (Fired(bucket.end_us, bucket.last_event),) if bucket.count < _needed(trigger) else ()
    if trigger.after:
        return Step(None, fired)
    start_us = bucket.end_us + (now_us - bucket.end_us) // trigger.within_us * trigger.within_us
    if start_us > bucket.end_us and not fired:  # a whole window passed in between, with nothing in it
        fired = (Fired(start_us, bucket.last_event),)
    return Step(Bucket(start_us, start_us + trigger.within_us, 0), fired)
