"""A filter of events means the same in the store and in memory."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefect._base.clock import to_iso
from prefect._service.events import derive, filtering
from prefect._service.filtering import conditions as c

IDS = st.sampled_from(["a", "a.b", "b", "é%_"])
VALUES = st.sampled_from(["x", "xy", "y", "", "%"])
EXPECTED = st.sampled_from(["x", "x*", "!x", "!x*", "*", "y", "%", "!"])
LABELS = st.dictionaries(st.sampled_from(["l", "m.n"]), VALUES, max_size=2)
SPECS = st.dictionaries(st.sampled_from(["l", "m.n"]), EXPECTED | st.lists(EXPECTED, max_size=2), max_size=2)
RELATED = st.builds(
    lambda id, role, labels: {"prefect.resource.id": id, "prefect.resource.role": role, **labels},
    IDS,
    st.sampled_from(["r", "s"]),
    LABELS,
)
EVENTS = st.builds(
    lambda name, id, labels, related, payload: {
        "id": str(uuid4()),
        "event": name,
        "resource": {"prefect.resource.id": id, **labels},
        "related": related,
        "payload": payload,
    },
    st.sampled_from(["one", "one.two", "three"]),
    IDS,
    LABELS,
    st.lists(RELATED, max_size=2),
    st.sampled_from([{}, {"word": "Blue Moon"}]),
)


def some(values: Any) -> Any:
    return st.lists(values, min_size=1, max_size=2)


def part(**fields: Any) -> Any:
    return st.fixed_dictionaries({}, optional=fields)


NAMES = some(st.sampled_from(["one", "one.", "three", "t"]))
ANY = part(id=some(IDS), id_prefix=some(IDS), labels=SPECS)
REL = part(
    id=some(IDS),
    role=some(st.sampled_from(["r", "s"])),
    resources_in_roles=some(st.tuples(IDS, st.sampled_from(["r", "s"])).map(list)),
    labels=SPECS,
)
FILTERS = part(
    event=part(prefix=NAMES, exclude_prefix=NAMES, name=NAMES, exclude_name=NAMES),
    resource=ANY,
    related=REL | st.lists(REL, max_size=2),
    any_resource=ANY | st.lists(ANY, max_size=2),
    text=part(query=st.sampled_from(["blue", "-blue", "+three", '"blue moon"', "one blue", "-one -three"])),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, max_size=5), asked=st.lists(FILTERS, min_size=1, max_size=5))
def test_store_and_memory_agree(api: Any, events: list[Any], asked: list[Any]) -> None:
    at = to_iso(api.clock.now_us())
    for event in events:
        event.update(occurred=at, follows=None)
    api("events.create", body=events)

    async def ids(unit: Any, condition: Any) -> set[str]:
        own = c.one_of("event.id", [event["id"] for event in events])
        rows = await unit.all(derive.sql.events_known.fill(where=c.every([own, condition])))
        return {row["id"] for row in rows}

    now_us = api.clock.now_us()
    for each in asked:
        inside = {event["id"] for event in events if filtering.includes(each, event, now_us)}
        assert api.unit(ids, filtering.where(each, now_us)) == inside
