"""A short sample of the campaign about schedules that are due at once, `benchmarks/minute.py`."""

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
