"""Operations on concurrency limits, in the service."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base import ids, owner
from prefect._base.errors import AlreadyExists, Gone, Invalid, Locked, NotFound

from .conftest import Api


@pytest.fixture
def dead_owner() -> str:
    """An owner of this host whose process cannot be alive: it started at another time."""
    host, boot, pid, _ = owner.current().split(":")
    return f"{host}:{boot}:{pid}:1"


def make(api: Api, name: str = "db", limit: int = 1, **more: Any) -> dict[str, Any]:
    return api("concurrency_limits.create", body={"name": name, "limit": limit, **more})


def take(api: Api, *names: str, slots: int = 1, **more: Any) -> Any:
    body = {"names": list(names) or ["db"], "slots": slots, **more}
    return api("concurrency_limits.increment_with_lease", body=body)


def active(api: Api, name: str = "db") -> int:
    return api("concurrency_limits.read", id_or_name=name)["active_slots"]


def release(api: Api, lease_id: str) -> None:
    api("concurrency_limits.decrement_with_lease", body={"lease_id": lease_id})


def test_a_limit_and_its_life(api: Api) -> None:
    made = make(api)
    assert made["denied_slots"] == 0
    assert made["avg_slot_occupancy_seconds"] == 2.0
    read = api("concurrency_limits.read", id_or_name="db")
    assert read == api("concurrency_limits.read", id_or_name=made["id"])
    assert list(read) == [
        "id", "created", "updated", "active", "name", "limit", "active_slots", "slot_decay_per_second",
    ]  # fmt: skip
    with pytest.raises(AlreadyExists):
        make(api)
    api("concurrency_limits.update", id_or_name="db", body={"limit": 5, "name": "base"})
    assert api("concurrency_limits.read", id_or_name="base")["limit"] == 5
    make(api, "other")
    with pytest.raises(AlreadyExists):
        api("concurrency_limits.update", id_or_name="other", body={"name": "base"})
    assert [each["name"] for each in api("concurrency_limits.filter")] == ["base", "other"]
    assert [each["name"] for each in api("concurrency_limits.filter", body={"limit": 1, "offset": 1})] == [
        "other"
    ]
    api("concurrency_limits.delete", id_or_name="base")
    with pytest.raises(NotFound):
        api("concurrency_limits.read", id_or_name="base")


def test_slots_are_taken_and_given_back(api: Api) -> None:
    make(api, limit=2)
    first, second = take(api), take(api)
    assert [limit["name"] for limit in first["limits"]] == ["db"]
    locked = take(api)
    assert isinstance(locked, Locked)
    assert locked.retry_after_s > 0
    release(api, first["lease_id"])
    release(api, first["lease_id"])
    assert active(api) == 1
    take(api)
    release(api, second["lease_id"])
    assert active(api) == 1


def test_all_or_nothing(api: Api) -> None:
    make(api, "a", 1)
    make(api, "b", 2)
    take(api, "b", slots=2)
    assert isinstance(take(api, "a", "b"), Locked)
    assert active(api, "a") == 0


def test_unknown_names_are_left_out(api: Api) -> None:
    lease = take(api, "nothing")
    assert lease["limits"] == []
    api("concurrency_limits.renew_lease", lease_id=lease["lease_id"])
    assert api("concurrency_limits.increment", body={"names": ["nothing"], "slots": 1}) == []


def test_an_inactive_limit_is_named_but_not_counted(api: Api) -> None:
    make(api, limit=0, active=False)
    lease = take(api, slots=3)
    assert [limit["name"] for limit in lease["limits"]] == ["db"]
    api("concurrency_limits.update", id_or_name="db", body={"active": True, "limit": 9, "active_slots": 2})
    release(api, lease["lease_id"])
    assert active(api) == 2


def test_what_can_never_be_is_refused(api: Api) -> None:
    make(api)
    with pytest.raises(Invalid, match="Slots requested is greater than the limit"):
        take(api, slots=2)
    with pytest.raises(Invalid, match="slot decay"):
        api("concurrency_limits.increment", body={"names": ["db"], "slots": 1, "mode": "rate_limit"})


def test_without_a_lease(api: Api) -> None:
    make(api, limit=3)
    api("concurrency_limits.increment", body={"names": ["db"], "slots": 3})
    assert isinstance(api("concurrency_limits.increment", body={"names": ["db"], "slots": 1}), Locked)
    answer = api("concurrency_limits.decrement", body={"names": ["db", "x"], "slots": 9})
    assert [limit["name"] for limit in answer] == ["db"]
    assert active(api) == 0


def test_a_lease_expires_and_is_renewed(api: Api) -> None:
    make(api, limit=2)
    kept, lost = take(api, lease_duration=60), take(api, lease_duration=60)
    api.clock.advance(50)
    api("concurrency_limits.renew_lease", lease_id=kept["lease_id"], body={"lease_duration": 60})
    api.clock.advance(20)
    with pytest.raises(Gone):
        api("concurrency_limits.renew_lease", lease_id=lost["lease_id"])
    third = take(api)
    assert isinstance(third, dict)
    release(api, lost["lease_id"])
    assert active(api) == 2


def test_the_reaper_frees_what_expired(api: Api) -> None:
    from prefect._service.concurrency_limits import slots

    make(api, limit=2)
    take(api, lease_duration=60, slots=2)
    assert api.unit(slots.reap) == 0
    api.clock.advance(61)
    assert api.unit(slots.reap) == 1
    assert active(api) == 0


def test_a_dead_owner_holds_nothing(api: Api, dead_owner: str) -> None:
    make(api)
    api.owner = dead_owner
    take(api, ticket=ids.new_id())
    api.owner = None
    assert isinstance(take(api), dict)


def test_slots_without_a_ticket_do_not_end_with_the_process(api: Api, dead_owner: str) -> None:
    make(api)
    api.owner = dead_owner
    take(api)
    api.owner = None
    assert isinstance(take(api), Locked)


def test_slots_decay(api: Api) -> None:
    make(api, limit=2, slot_decay_per_second=1.0)
    body = {"names": ["db"], "slots": 1, "mode": "rate_limit", "ticket": ids.new_id()}
    for _ in range(2):
        api("concurrency_limits.increment", body=body)
    locked = api("concurrency_limits.increment", body=body)
    assert isinstance(locked, Locked)
    assert locked.retry_after_s == pytest.approx(1.0, abs=1e-5)
    api.clock.advance(locked.retry_after_s)
    assert active(api) == 1
    assert isinstance(api("concurrency_limits.increment", body=body), list)


def test_those_who_wait_are_served_in_the_order_of_arrival(api: Api) -> None:
    make(api)
    lease = take(api)
    first, second = ids.new_id(), ids.new_id()
    for ticket in (first, second):
        assert isinstance(take(api, ticket=ticket), Locked)
        api.clock.advance(0.001)
    release(api, lease["lease_id"])
    assert isinstance(take(api, ticket=second), Locked)
    assert isinstance(take(api), Locked)
    served = take(api, ticket=first)
    release(api, served["lease_id"])
    assert isinstance(take(api), Locked)
    assert isinstance(take(api, ticket=second), dict)


def test_a_place_is_given_up_or_lost(api: Api, dead_owner: str) -> None:
    make(api)
    lease = take(api)
    gone, dead, late, last = (ids.new_id() for _ in range(4))
    for ticket, asker in ((gone, None), (dead, dead_owner), (late, None)):
        api.owner = asker
        assert isinstance(take(api, ticket=ticket), Locked)
        api.clock.advance(0.001)
    api.owner = None
    release(api, lease["lease_id"])
    assert isinstance(take(api, ticket=last), Locked)
    api("concurrency_limits.withdraw", body={"ticket": gone})
    assert isinstance(take(api, ticket=last), Locked)
    api.clock.advance(61)
    assert isinstance(take(api, ticket=last), dict)


def test_a_wait_for_one_limit_keeps_nobody_from_another(api: Api) -> None:
    make(api, "a")
    make(api, "b")
    take(api, "b")
    assert isinstance(take(api, "a", "b", ticket=ids.new_id()), Locked)
    assert isinstance(take(api, "a"), dict)


def test_who_holds_some_already_passes_those_who_wait(api: Api) -> None:
    make(api, limit=2)
    take(api)
    assert isinstance(take(api, slots=2, ticket=ids.new_id()), Locked)
    assert isinstance(take(api), Locked)
    assert isinstance(take(api, passes=True), dict)


def test_a_deleted_limit_takes_its_leases_along(api: Api) -> None:
    make(api)
    lease = take(api)
    api("concurrency_limits.delete", id_or_name="db")
    make(api)
    release(api, lease["lease_id"])
    assert active(api) == 0


def test_asking_twice_with_a_ticket_gives_the_same(api: Api) -> None:
    make(api)
    ticket = ids.new_id()
    assert take(api, ticket=ticket) == take(api, ticket=ticket)
    assert active(api) == 1
    api("concurrency_limits.withdraw", body={"ticket": ticket})
    assert active(api) == 0
