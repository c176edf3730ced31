"""How soon recorded transitions are durable while the program is busy, and what writing them costs.

Another process polls the database file and compares the time at which a transition is visible with the time
at which it was recorded. ``python benchmarks/group_commit.py [switch interval in seconds]``
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from prefect._base.ids import new_id
from prefect._base.records import TaskRunRow, TaskTransition
from prefect._base.state import StateType, StateValue
from prefect._store.sqlite import SqliteStore, groups

TOTAL = 3000
LIFE = (StateType.PENDING, StateType.RUNNING, StateType.COMPLETED)
WATCHER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
late_us, last = [], 0
print("ready", flush=True)
while len(late_us) < int(sys.argv[2]):
    rows = connection.execute("SELECT seq, at_us FROM outbox WHERE seq > ?", (last,)).fetchall()
    now_us = time.time_ns() // 1000
    for last, at_us in rows:
        late_us.append(now_us - at_us)
    if not rows:
        time.sleep(0.0003)
late_us.sort()
for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1)):
    print(name, "%.1f" % (late_us[min(len(late_us) - 1, int(len(late_us) * share))] / 1e3), end=" ")
"""


def transition(run_id: str, type_: StateType) -> TaskTransition:
    now_us = time.time_ns() // 1000
    row = TaskRunRow(run_id, "work-0", None, "work", run_id, now_us, start_us=now_us, run_count=1)
    state = StateValue(type_, type_.value.title(), new_id(), now_us, details={"task_run_id": run_id})
    return TaskTransition(row, state)


def spin(seconds: float) -> None:
    """Pure Python that never gives the interpreter lock away by itself."""
    end_s = time.perf_counter() + seconds
    while time.perf_counter() < end_s:
        pass


def lateness(folder: Path, burst: int, gap_s: float) -> str:
    store = SqliteStore(folder / f"{burst}-{gap_s}.db")
    watcher = subprocess.Popen(
        [sys.executable, "-c", WATCHER, str(store.path), str(TOTAL)], stdout=subprocess.PIPE, text=True
    )
    assert watcher.stdout is not None
    watcher.stdout.readline()
    run_id = ""
    for number in range(TOTAL):
        if number % 3 == 0:
            run_id = new_id()
        store.record(transition(run_id, LIFE[number % 3]))
        if number % burst == burst - 1:
            spin(gap_s)
    spin(0.3)
    out, _ = watcher.communicate(timeout=60)
    store.close()
    return out.strip()


def cost_us(folder: Path) -> float:
    """Microseconds of one task (three transitions) in groups of 99 transitions."""
    store = SqliteStore(folder / "cost.db")
    items: list[TaskTransition] = []
    for _ in range(9900):
        run_id = new_id()
        items.extend(transition(run_id, type_) for type_ in LIFE)
    begun_s = time.perf_counter()
    for start in range(0, len(items), 99):
        for item in items[start : start + 99]:
            store.record(item)
        store.flush().result()
    taken_s = time.perf_counter() - begun_s
    store.close()
    return taken_s / 9900 * 1e6


def main() -> None:
    if len(sys.argv) > 1:
        groups.SWITCH_S = float(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"switch interval during a group: {groups.SWITCH_S * 1e3:g} ms")
        print(f"  3 transitions each 3 ms, busy program: {lateness(folder, 3, 0.003)} ms")
        print(f"  100 transitions each 50 ms, busy program: {lateness(folder, 100, 0.05)} ms")
        print(f"  a task of 3 transitions, in groups of 99: {cost_us(folder):.0f} us")


if __name__ == "__main__":
    main()
