"""A home, a working directory and an environment for each test, and the command line in process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from prefect._cli import main
from prefect.settings import current


class Outcome(NamedTuple):
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in [name for name in os.environ if name.upper().startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setenv("PREFECT_PROFILE", "")  # what a command changes is taken back
    monkeypatch.delenv("PREFECT_PROFILE")
    monkeypatch.setenv("PREFECT_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(here)
    current.forget()
    yield home
    current.forget()


@pytest.fixture
def prefect(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run one command line in this process, as if it were a process of its own."""

    def _run(*words: str) -> Outcome:
        with monkeypatch.context() as patch:
            patch.setenv("PREFECT_PROFILE", os.environ.get("PREFECT_PROFILE", ""))
            if not os.environ["PREFECT_PROFILE"]:
                patch.delenv("PREFECT_PROFILE")
            current.forget()
            code = main.run(words)
        current.forget()
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return _run
