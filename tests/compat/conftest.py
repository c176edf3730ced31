"""The original's released package in an environment of its own, and a server of each kind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.compat.processes")
from tests.compat.processes import Programs, Server, serving  # noqa: E402 - after the line above

ORIGINAL = os.environ.get("PREFECT_TEST_ORIGINAL", "")
"""The interpreter of an environment with the original's package; `tools/test-original` makes one."""

THEIRS = ("our_sdk", "test_deployments_of_a_pool", "test_replies")
"""Parts of the names of tests that need the original's server."""

IS_REQUIRED = "original" in os.environ.get("PREFECT_TEST_REQUIRE", "").split(",")
collect_ignore_glob = [] if ORIGINAL or IS_REQUIRED else ["test_*.py"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """What needs the original's server goes to one process of the tests, so that it is started once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByServer(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "theirs" if any(word in nodeid for word in THEIRS) else "ours"

    return ByServer(config, log)


@pytest.fixture(scope="session")
def original() -> str:
    assert ORIGINAL, "PREFECT_TEST_ORIGINAL has to name the interpreter that has the original's package."
    return ORIGINAL


@pytest.fixture(scope="session")
def our_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(sys.executable, tmp_path_factory.mktemp("our-server")) as server:
        yield server


@pytest.fixture(scope="session")
def their_server(original: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(original, tmp_path_factory.mktemp("their-server")) as server:
        yield server


@pytest.fixture
def their_sdk(original: str, our_server: Server, tmp_path: Path) -> Programs:
    """The original's package, speaking to our server."""
    return Programs(original, our_server, tmp_path)


@pytest.fixture
def our_sdk(their_server: Server, tmp_path: Path) -> Programs:
    """This package, speaking to the original's server."""
    return Programs(sys.executable, their_server, tmp_path)
