"""The checker finds nothing in a healthy history, and each kind of damage in a broken one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from prefect._store.check import violations

PROGRAM = """
from prefect import flow, task

@task(retries=1)
def step(x):
    if x == "bad":
        raise ValueError(x)
    return x

@flow
def inner():
    return step(1)

@flow
def outer():
    step.map(range(3)).wait()
    inner()
    return step("bad", return_state=True).is_failed()

assert outer()
"""


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "CRITICAL"},
        cwd=home,
        check=True,
        timeout=60,
    )
    return home / "orchestrator.db"


def test_a_healthy_history(healthy: Path) -> None:
    assert violations(healthy) == []


DAMAGE = {
    "in the newest state": "UPDATE task_run SET state_name = 'Done' WHERE rowid = 1",
    "belongs to a run": "DELETE FROM task_run WHERE rowid = 1",
    "begin at the same instant": """
        INSERT INTO run_state (id, run_id, kind, type, name, at_us)
        SELECT 'twin', run_id, kind, type, name, at_us FROM run_state LIMIT 1""",
    "in the order of their times": """
        UPDATE outbox SET seq = seq + 100000
         WHERE seq = (SELECT min(seq) FROM outbox WHERE topic = 'prefect.task-run.Pending')""",
    "in the log exactly once": "DELETE FROM outbox WHERE seq = (SELECT max(seq) FROM outbox) - 3",
    "upon a final one": """
        INSERT INTO run_state (id, run_id, kind, type, name, at_us)
        SELECT 'late' || id, id, 'flow', 'CRASHED', 'Crashed', state_at_us + 1 FROM flow_run""",
    "number of times it went to Running": "UPDATE task_run SET run_count = run_count + 1",
    "has no end": "UPDATE flow_run SET end_us = NULL",
    "us by its row": "UPDATE flow_run SET total_run_us = total_run_us + 1",
    "flow run of a task run is there": "UPDATE task_run SET flow_run_id = 'nowhere' WHERE rowid = 1",
    "no owner or no lease": "UPDATE flow_run SET state_type = 'RUNNING'",
    "owned by": "UPDATE flow_run SET owner = 'host:boot:1:1', lease_until_us = 1",
    "names a missing": "UPDATE flow_run SET flow_id = 'nowhere'",
}


@pytest.mark.parametrize("told", DAMAGE)
def test_damage_is_found(healthy: Path, tmp_path: Path, told: str) -> None:
    broken = tmp_path / "broken.db"
    with sqlite3.connect(healthy) as source, sqlite3.connect(broken) as copy:
        source.backup(copy)
    source.close()
    with copy:
        assert copy.execute(DAMAGE[told]).rowcount > 0
    copy.close()

    assert any(told in each for each in violations(broken)), violations(broken)


def test_a_damaged_file_is_told(healthy: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    with sqlite3.connect(healthy) as source, sqlite3.connect(broken) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    pages = bytearray(broken.read_bytes())
    pages[4096 * 3 :] = b"\xa5" * (len(pages) - 4096 * 3)
    broken.write_bytes(pages)

    assert any("file is sound" in each for each in violations(broken))
