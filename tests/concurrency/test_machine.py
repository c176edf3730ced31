"""Whatever clients do in whatever order: no slot too many, none lost, nobody overtaken."""

from __future__ import annotations

import importlib
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from prefect._base import ids, owner
from prefect._base.clock import ManualClock
from prefect._base.errors import Gone, Locked
from prefect._service.concurrency_limits import slots
from prefect._service.unit import Unit
from prefect._store.sql import Statement
from prefect._store.sqlite import TemporaryStore

operations = importlib.import_module("prefect._service.concurrency_limits.operations")
NAMES = ("a", "b", "c")
LEASE_S = 60.0
HELD = Statement(
    "held",
    "SELECT name, slot_limit, active_slots, (SELECT coalesce(sum(slots), 0) FROM concurrency_slot"
    " JOIN concurrency_lease ON concurrency_lease.id = lease_id WHERE limit_id = concurrency_limit.id)"
    " AS held FROM concurrency_limit",
)


def dead_owner() -> str:
    host, boot, pid, _ = owner.current().split(":")
    return f"{host}:{boot}:{pid}:1"


class Slots(RuleBasedStateMachine):
    """Clients with and without tickets on three limits, a clock, and processes that die."""

    leases = Bundle("leases")
    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.store = TemporaryStore()
        self.clock = ManualClock()
        self.lowered = False
        # ticket -> (slots, names) of those who wait, in the order in which they came
        self.waiting: dict[str, tuple[int, frozenset[str]]] = {}

    def teardown(self) -> None:
        self.store.close()

    def do(self, function: Any, /, *, owner: str | None = None, **arguments: Any) -> Any:
        async def work(tx: Any) -> Any:
            return await function(Unit(tx, self.clock.now_us(), owner), **arguments)

        return self.store.write(work).result(30)

    @initialize(limits=st.lists(st.integers(1, 4), min_size=3, max_size=3))
    def limits(self, limits: list[int]) -> None:
        for name, most in zip(NAMES, limits, strict=True):
            self.do(operations.create, body={"name": name, "limit": most})

    @rule(
        target=leases,
        names=st.sets(st.sampled_from(NAMES), min_size=1),
        count=st.integers(1, 1),
        dies=st.booleans(),
        ticket=st.booleans(),
    )
    def take(self, names: set[str], count: int, dies: bool, ticket: bool) -> Any:
        body: dict[str, Any] = {"names": sorted(names), "slots": count, "lease_duration": LEASE_S}
        if ticket:
            body["ticket"] = ids.new_id()
        answer = self.do(
            operations.increment_with_lease,
            owner=dead_owner() if dies and ticket else owner.current(),
            body=body,
        )
        self.clock.advance(0.001)
        if not isinstance(answer, Locked):
            return answer["lease_id"]
        if ticket and not dies:
            self.waiting[body["ticket"]] = (count, frozenset(names))
        return ids.new_id()  # a lease that never was: giving it back does nothing

    @rule(target=leases, data=st.data())
    def ask_again(self, data: st.DataObject) -> Any:
        if not self.waiting:
            return ids.new_id()
        ticket = data.draw(st.sampled_from(sorted(self.waiting)))
        count, names = self.waiting[ticket]
        body = {"names": sorted(names), "slots": count, "ticket": ticket, "lease_duration": LEASE_S}
        answer = self.do(operations.increment_with_lease, owner=owner.current(), body=body)
        self.clock.advance(0.001)
        if isinstance(answer, Locked):
            return ids.new_id()
        overtaken = [other for other in self.waiting if other < ticket and self.waiting[other][1] == names]
        assert not overtaken or self.lowered
        del self.waiting[ticket]
        return ticket

    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        if self.waiting:
            ticket = data.draw(st.sampled_from(sorted(self.waiting)))
            self.do(operations.withdraw, body={"ticket": ticket})
            del self.waiting[ticket]

    @rule(lease=consumes(leases))
    def give_back(self, lease: str) -> None:
        self.do(operations.decrement_with_lease, body={"lease_id": lease})
        self.do(operations.decrement_with_lease, body={"lease_id": lease})

    @rule(lease=leases)
    def renew(self, lease: str) -> None:
        try:
            self.do(operations.renew_lease, lease_id=lease, body={"lease_duration": LEASE_S})
        except Gone:
            pass

    @rule(seconds=st.sampled_from([0.0, 1.0, 29.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        if seconds > 30:  # places that were not renewed are lost
            self.lowered = True

    @rule()
    def reap(self) -> None:
        self.do(slots.reap)

    @rule(name=st.sampled_from(NAMES), most=st.integers(1, 4))
    def change(self, name: str, most: int) -> None:
        rows = {row["name"]: row for row in self.rows()}
        self.do(operations.update, id_or_name=name, body={"limit": max(most, rows[name]["held"])})

    def rows(self) -> list[dict[str, Any]]:
        return self.store.read(lambda tx: tx.all(HELD))

    @invariant()
    def balance(self) -> None:
        for row in self.rows():
            assert row["active_slots"] == row["held"], row
            assert row["held"] <= row["slot_limit"], row


Slots.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestSlots = Slots.TestCase
