"""Slots: global limits, rates, limits by tag, and a limit that refuses."""

from __future__ import annotations

import json
import threading

from prefect import flow, get_client, task
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.concurrency.sync import concurrency, rate_limit

running = 0
most = 0
lock = threading.Lock()


@task(tags=["compat-narrow"])
def narrow(x: int) -> int:
    global running, most
    with lock:
        running += 1
        most = max(most, running)
    with lock:
        running -= 1
    return x


@flow
def limited() -> dict[str, object]:
    found: dict[str, object] = {}
    with concurrency("compat-slots", occupy=2), get_client(sync_client=True) as client:
        found["held"] = client.read_global_concurrency_limit_by_name("compat-slots").active_slots
    with get_client(sync_client=True) as client:
        found["freed"] = client.read_global_concurrency_limit_by_name("compat-slots").active_slots
    for _ in range(3):
        rate_limit("compat-rate")
    found["narrow"] = [f.result() for f in narrow.map(range(3))]
    found["most"] = most
    try:
        with (
            concurrency("compat-slots", occupy=2),
            concurrency("compat-slots", occupy=2, timeout_seconds=0.1),
        ):
            found["refused"] = False
    except TimeoutError:
        found["refused"] = True
    try:
        with concurrency("compat-unknown", strict=True):
            found["strict"] = False
    except Exception as error:
        found["strict"] = type(error).__name__
    return found


if __name__ == "__main__":
    with get_client(sync_client=True) as client:
        made = client.create_global_concurrency_limit(
            GlobalConcurrencyLimitCreate(name="compat-slots", limit=1)
        )
        client.update_global_concurrency_limit("compat-slots", GlobalConcurrencyLimitUpdate(limit=3))
        client.create_global_concurrency_limit(
            GlobalConcurrencyLimitCreate(name="compat-rate", limit=10, slot_decay_per_second=5.0)
        )
        client.create_concurrency_limit(tag="compat-narrow", concurrency_limit=1)
        found = limited()
        found["id"] = str(made)
        found["left"] = client.read_global_concurrency_limit_by_name("compat-slots").active_slots
        found["tag"] = client.read_concurrency_limit_by_tag("compat-narrow").concurrency_limit
        client.delete_concurrency_limit_by_tag("compat-narrow")
        client.delete_global_concurrency_limit_by_name("compat-rate")
    print(json.dumps(found))
