"""Short samples of the campaigns about schedules, `benchmarks/minute.py` and `benchmarks/year.py`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Program = Callable[[str], ModuleType]


@pytest.mark.timeout(120)
def test_schedules_that_are_due_at_once(program: Program, tmp_path: Path) -> None:
    minute = program("minute").campaign(20, spread_s=1.0, folder=tmp_path)

    # how fast the server answers is measured on a machine that does nothing else
    assert [wrong for wrong in minute.wrong if "answers" not in wrong] == []
    assert len(minute.created_s) == len(minute.started_s) == 20
    assert max(minute.created_s) < 0
    assert len(minute.answers_ms) > 10


@pytest.mark.parametrize("seed", [5, 6])
def test_a_week_of_outages_restarts_and_jumps(program: Program, tmp_path: Path, seed: int) -> None:
    year = program("year").campaign(7, seed=seed, folder=tmp_path)

    assert year.wrong == []
    assert year.fired > 2_000
    assert sum(year.events.values()) > 10
