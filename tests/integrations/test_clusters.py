"""The released `prefect-dask` and `prefect-ray` run the tasks of a flow on this engine, unmodified.

A cluster is left out where its package is not installed, unless `PREFECT_TEST_REQUIRE` names it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("cluster_program.py")


def test_a_thousand_task_runs(cluster: str, tmp_path: Path) -> None:
    count = 340  # three maps of it and some more: a thousand runs
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, PROGRAM, cluster, str(count)],
        cwd=tmp_path,
        env={**clean, "PREFECT_HOME": str(tmp_path / "home"), "PREFECT_LOGGING_LEVEL": "CRITICAL"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["total"] == sum(2 * x + 3 for x in range(count))
    assert found["async"] == [1, 2, 3]
    assert (found["failed"], found["error"], found["after"]) == ("Failed", "as it should", "NotReady")
    assert found["states"] == {
        "add_one Completed": 2 * count,
        "add Completed": count,
        "add_one_async Completed": 3,
        "total Completed": 1,
        "fail Failed": 1,
        "add_one NotReady": 1,
    }
    # one edge per future that was handed on
    assert found["edges"] == {
        "add_one": count + 1,
        "add": 2 * count,
        "total": count,
        "add_one_async": 0,
        "fail": 0,
    }
