"""Triggers as values, and how they are read from and written as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, cast

from prefect._base.durations import seconds_of

Json: TypeAlias = dict[str, Any]
REACTIVE, PROACTIVE = "Reactive", "Proactive"
LEAST_PROACTIVE_S = 10.0


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """Counts events; `match_related` holds specifications of which each must fit a related resource."""

    id: str
    match: Json
    match_related: Json | list[Json]
    after: frozenset[str]
    expect: frozenset[str]
    for_each: tuple[str, ...]
    posture: Literal["Reactive", "Proactive"]
    threshold: int
    within_us: int


@dataclass(frozen=True, slots=True)
class CompoundTrigger:
    """Waits for `require` of its triggers, in any order."""

    id: str
    triggers: tuple[Trigger, ...]
    require: int | Literal["any", "all"]
    within_us: int | None

    @property
    def needed(self) -> int:
        if self.require == "any":
            return 1
        return len(self.triggers) if self.require == "all" else self.require


@dataclass(frozen=True, slots=True)
class SequenceTrigger:
    """Waits for its triggers in their order."""

    id: str
    triggers: tuple[Trigger, ...]
    within_us: int | None


Composite: TypeAlias = CompoundTrigger | SequenceTrigger
Trigger: TypeAlias = EventTrigger | CompoundTrigger | SequenceTrigger


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as triggers see it; `whole` is its JSON."""

    id: str
    event: str
    at_us: int
    resource: Mapping[str, str]
    related: tuple[Mapping[str, str], ...]
    whole: Json


def parse(told: Any) -> Trigger:
    """The trigger of a JSON value; raises `ValueError` that says what is wrong with it."""
    if not isinstance(told, Mapping):
        raise ValueError("A trigger is a JSON object.")
    given = cast("Mapping[str, Any]", told)
    kind = given.get("type") or ("event" if "triggers" not in given else "sequence")
    if "type" not in given and "require" in given:
        kind = "compound"
    match kind:
        case "event":
            return _event(given)
        case "compound":
            return _compound(given)
        case "sequence":
            return SequenceTrigger(_id(given), _inner(given), _within(given))
        case "metric":
            raise ValueError("Metric triggers need Prefect Cloud: this server cannot evaluate them.")
        case _:
            raise ValueError(
                f"There is no type of trigger {kind!r}: there are 'event', 'compound' and 'sequence'."
            )


def _event(given: Mapping[str, Any]) -> EventTrigger:
    posture = given.get("posture") or REACTIVE
    if posture not in (REACTIVE, PROACTIVE):
        raise ValueError(f"There is no posture {posture!r}: there are 'Reactive' and 'Proactive'.")
    within_s = seconds_of(given.get("within") or 0)
    if within_s < 0:
        raise ValueError("`within` may not be negative.")
    if posture == PROACTIVE and not within_s:
        within_s = LEAST_PROACTIVE_S
    if posture == PROACTIVE and within_s < LEAST_PROACTIVE_S:
        raise ValueError("`within` of a Proactive trigger must be at least 10 seconds.")
    return EventTrigger(
        _id(given),
        given.get("match") or {},
        given.get("match_related") or {},
        frozenset(given.get("after") or ()),
        frozenset(given.get("expect") or ()),
        tuple(sorted(set(given.get("for_each") or ()))),
        posture,
        1 if given.get("threshold") is None else int(given["threshold"]),
        round(within_s * 1e6),
    )


def _compound(given: Mapping[str, Any]) -> CompoundTrigger:
    inner = _inner(given)
    require = given.get("require")
    if isinstance(require, int) and not isinstance(require, bool):
        if not 1 <= require <= len(inner):
            raise ValueError("`require` must be at least 1 and at most the number of triggers.")
    elif require not in ("any", "all"):
        raise ValueError("`require` is 'any', 'all' or a number.")
    return CompoundTrigger(_id(given), inner, require, _within(given))  # pyright: ignore[reportArgumentType]


def _id(given: Mapping[str, Any]) -> str:
    return str(given.get("id") or "")


def _inner(given: Mapping[str, Any]) -> tuple[Trigger, ...]:
    return tuple(parse(each) for each in given.get("triggers") or ())


def _within(given: Mapping[str, Any]) -> int | None:
    within = given.get("within")
    return None if within is None else round(seconds_of(within) * 1e6)


def to_json(trigger: Trigger) -> Json:
    """The trigger with all its fields, as the API tells it."""
    match trigger:
        case EventTrigger():
            return {
                "type": "event",
                "id": trigger.id,
                "match": trigger.match,
                "match_related": trigger.match_related,
                "after": sorted(trigger.after),
                "expect": sorted(trigger.expect),
                "for_each": list(trigger.for_each),
                "posture": trigger.posture,
                "threshold": trigger.threshold,
                "within": trigger.within_us / 1e6,
            }
        case CompoundTrigger():
            return {**_composite("compound", trigger), "require": trigger.require}
        case SequenceTrigger():
            return _composite("sequence", trigger)


def _composite(kind: str, trigger: Composite) -> Json:
    within_us = trigger.within_us
    return {
        "type": kind,
        "id": trigger.id,
        "triggers": [to_json(each) for each in trigger.triggers],
        "within": None if within_us is None else within_us / 1e6,
    }


def identified(trigger: Trigger, new_id: Callable[[], str]) -> Trigger:
    """The trigger, and all inside it, with new ids."""
    if isinstance(trigger, EventTrigger):
        return replace(trigger, id=new_id())
    return replace(
        trigger, id=new_id(), triggers=tuple(identified(each, new_id) for each in trigger.triggers)
    )


def leaves(trigger: Trigger) -> Iterator[tuple[EventTrigger, tuple[Composite, ...]]]:
    """Each trigger that counts events, with those it is inside of, the innermost first."""
    if isinstance(trigger, EventTrigger):
        yield trigger, ()
        return
    for each in trigger.triggers:
        for leaf, around in leaves(each):
            yield leaf, (*around, trigger)
