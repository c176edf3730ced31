"""What Prometheus may ask of a server: how it answers, what happens in it, and how its keepers fare.

Requests are observed as they end; all else is counted when somebody asks, from the store's indexes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from prefect._api.exchange import Answer
from prefect._api.keeping import Keeping
from prefect._base import clock
from prefect._store.sql import Queries
from prefect._store.store import Store, Tx

sql = Queries(__file__, "metrics.sql")

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_CONTENT_TYPE = CONTENT_TYPE_LATEST.encode()
# counts that scan an index are made anew after this time at the earliest
COUNTED_FOR_S = 10.0


class Metrics:
    """The metrics of one server."""

    def __init__(self, store: Store, keeping: Keeping | None) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "prefect_server_request_seconds",
            "Time from the arrival of a request to its answer.",
            ["method", "operation", "status"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._lag = Gauge(
            "prefect_server_loop_lag_seconds",
            "How late the event loop came to its last regular turn.",
            registry=self._registry,
        )
        self._failed_counts = Counter(
            "prefect_server_store_unavailable",
            "How often the database could not be asked for what is told here.",
            registry=self._registry,
        )
        self._registry.register(_Stored(store, self._failed_counts))
        if keeping is not None:
            self._registry.register(_Kept(keeping))

    def observe(self, method: str, operation: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(method, operation, status).observe(seconds)

    def lagged(self, seconds: float) -> None:
        self._lag.set(seconds)

    def answer(self) -> Answer:
        """All of them, in the text form of Prometheus."""
        return Answer(200, generate_latest(self._registry), _CONTENT_TYPE)


class _Stored(Collector):
    """Runs by state, the queue, and what happened since the server began."""

    def __init__(self, store: Store, failed: Counter) -> None:
        self._store = store
        self._failed = failed
        self._happened: dict[str, int] = {}
        self._seen: int | None = None
        self._families: list[Metric] = []
        self._counted_s = float("-inf")

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        if time.monotonic() - self._counted_s >= COUNTED_FOR_S:
            try:
                self._families = self._store.read(self._count)
                self._counted_s = time.monotonic()
            except Exception:  # noqa: BLE001 - who asks for figures learns of it by a figure
                self._failed.inc()
        return self._families

    async def _count(self, tx: Tx) -> list[Metric]:
        runs = GaugeMetricFamily(
            "prefect_flow_runs", "Flow runs by the type of their state.", labels=["state"]
        )
        for row in await tx.all(sql.flow_runs_by_state):
            runs.add_metric([row["state_type"] or "NONE"], row["found"])
        due = await tx.one(sql.due, now_us=clock.system.now_us())
        assert due is not None
        waiting = GaugeMetricFamily(
            "prefect_flow_runs_due", "Scheduled flow runs whose time has come and that nobody has begun."
        )
        waiting.add_metric([], due["found"])
        oldest_s = 0.0 if due["oldest_us"] is None else (clock.system.now_us() - due["oldest_us"]) / 1e6
        late = GaugeMetricFamily(
            "prefect_flow_runs_due_oldest_seconds", "For how long the first of those has been due."
        )
        late.add_metric([], max(0.0, oldest_s))
        return [runs, waiting, late, await self._happenings(tx)]

    async def _happenings(self, tx: Tx) -> Metric:
        if self._seen is None:
            row = await tx.one(sql.newest)
            assert row is not None
            self._seen = row["seq"]
        for row in await tx.all(sql.topics_after, after=self._seen):
            self._happened[row["topic"]] = self._happened.get(row["topic"], 0) + row["found"]
            self._seen = max(self._seen, row["seq"])
        family = CounterMetricFamily(
            "prefect_happened",
            "What happened since the server began, by topic: transitions of runs, and changes of all else.",
            labels=["topic"],
        )
        for topic, found in sorted(self._happened.items()):
            family.add_metric([topic], found)
        return family


class _Kept(Collector):
    """How the keepers fare."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        labels = ["keeper"]
        rounds = CounterMetricFamily("prefect_keeper_rounds", "Rounds that went well.", labels=labels)
        failures = CounterMetricFamily("prefect_keeper_failures", "Rounds that failed.", labels=labels)
        busy = CounterMetricFamily("prefect_keeper_busy_seconds", "Time spent in rounds.", labels=labels)
        failing = GaugeMetricFamily("prefect_keeper_failing", "Failures in a row, 0 if well.", labels=labels)
        for report in self._keeping.reports:
            name = [report.name]
            rounds.add_metric(name, report.rounds)
            failures.add_metric(name, report.failures_in_all)
            busy.add_metric(name, report.busy_s)
            failing.add_metric(name, report.failures)
        return [rounds, failures, busy, failing]
