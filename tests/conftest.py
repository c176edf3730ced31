"""What holds for every test: a home of its own, no setting from outside, no skip where all must be there."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

# with PREFECT_TEST_REQUIRE=all a test that skips itself has failed: something that should be here is not
REQUIRE_ALL = os.environ.get("PREFECT_TEST_REQUIRE") == "all"
# what the tests themselves are told
_OURS = ("PREFECT_TEST_REQUIRE", "PREFECT_TEST_ORIGINAL")

for _name in [name for name in os.environ if name.upper().startswith("PREFECT_") and name not in _OURS]:
    del os.environ[_name]

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def own_home(homes: Path) -> Iterator[None]:
    """A home that no other test has seen.

    It comes into being when somebody writes to it, so it costs most tests nothing. Folders whose tests look
    into their home have a fixture of their own on top of this one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(homes / str(next(_numbers))))
        _forget()
        yield
    _forget()


def _forget() -> None:
    """Close the store and drop the settings, if this process has any."""
    if choose := sys.modules.get("prefect._link.choose"):
        choose.reset()
    if settings := sys.modules.get("prefect.settings.current"):
        settings.forget()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _no_skip((yield))


def _no_skip(report: Any) -> Any:
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, but nothing may be missing here: {report.longrepr[-1]}"
    return report
