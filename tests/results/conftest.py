"""A home of its own for each test of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prefect import settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    settings.refresh()
    yield tmp_path / "home"
    monkeypatch.undo()
    settings.refresh()
