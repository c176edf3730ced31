"""A short sample of the campaign of kills; `benchmarks/kills.py` runs it in full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType


def test_a_dozen_kills(program: Callable[[str], ModuleType], tmp_path: Path) -> None:
    kills = program("kills")

    results = kills.campaign(12, seed=7, folder=tmp_path)

    assert [each.wrong for each in results] == [[]] * 12
    assert sum(each.moment == "in the flow" for each in results) >= 6
    assert sum(each.told for each in results) > 100
