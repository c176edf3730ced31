"""Blocks on the embedded store of a fresh home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prefect import settings
from prefect._link import choose


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    settings.refresh()
    choose.reset()
    yield tmp_path
    choose.reset()
    monkeypatch.undo()
    settings.refresh()
