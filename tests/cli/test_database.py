"""``prefect server database`` and ``prefect server check``, on files and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import postgres

from prefect import flow, task
from prefect._link import choose
from prefect._store import migrate

Run = Callable[..., Any]
PLACES = ["sqlite", "postgres"]


@pytest.fixture
def place(tmp_path: Path) -> Callable[[str], str]:
    """``place("postgres")``: the URL of a new database."""

    def _make(kind: str) -> str:
        if kind == "postgres":
            return postgres.cluster().create()
        _make.number += 1
        return f"sqlite+aiosqlite:///{tmp_path}/{_make.number}.db"

    _make.number = 0
    return _make


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Let the settings name a database."""
    from prefect import settings

    def _use(url: str) -> None:
        monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", url)
        settings.refresh()
        choose.reset()

    yield _use
    choose.reset()


@task
def double(x: int) -> int:
    return 2 * x


@flow
def doubles(n: int) -> int:
    return sum(double(i) for i in range(n))


@pytest.mark.parametrize("kind", PLACES)
def test_a_database_is_upgraded_stamped_emptied_and_checked(
    prefect: Run, place: Any, use: Any, kind: str
) -> None:
    url = place(kind)
    use(url)
    assert "0001_initial" in prefect("server", "database", "upgrade", "--dry-run").out
    outcome = prefect("server", "database", "upgrade", "-y")
    assert (outcome.code, f"revision {migrate.LATEST}" in outcome.out) == (0, True)
    assert "already" in prefect("server", "database", "upgrade", "-y").out
    assert doubles(3) == 6
    assert prefect("server", "check").code == 0
    choose.reset()
    assert prefect("server", "database", "stamp", "3").code == 0
    assert "0004" in prefect("server", "database", "upgrade", "--dry-run").out
    assert prefect("server", "database", "stamp", "head").code == 0
    refused = prefect("server", "database", "downgrade", "-y")
    assert (refused.code, "forward only" in refused.out) == (1, True)
    assert prefect("server", "database", "stamp", "elsewhere").code == 1
    assert prefect("server", "database", "reset", "-y").code == 0
    assert prefect("flow-run", "ls").out.startswith("No flow runs")
    assert "s3cr3t" not in outcome.out


@pytest.mark.parametrize("source", PLACES)
@pytest.mark.parametrize("target", PLACES)
def test_a_database_moves_with_its_history(
    prefect: Run, place: Any, use: Any, source: str, target: str
) -> None:
    here, there = place(source), place(target)
    use(here)
    assert doubles(5) == 20
    listed = prefect("flow-run", "ls", "-o", "json").json
    outcome = prefect("server", "database", "move", "--to", there, "-y")
    assert (outcome.code, "task_run: 5" in outcome.out) == (0, True), outcome
    again = prefect("server", "database", "move", "--to", there, "-y")
    assert (again.code, "not empty" in again.out) == (1, True), again
    assert "s3cr3t" not in again.out
    use(there)
    assert [row["id"] for row in prefect("flow-run", "ls", "-o", "json").json] == [
        row["id"] for row in listed
    ]
    assert doubles(2) == 2
    choose.reset()
    assert prefect("server", "check").code == 0


def test_what_is_broken_is_told(prefect: Run, place: Any, use: Any) -> None:
    url = place("postgres")
    use(url)
    doubles(2)
    postgres.cluster().execute("UPDATE task_run SET run_count = 7", url.rpartition("/")[2])
    outcome = prefect("server", "check")
    assert (outcome.code, "counts 7" in outcome.out) == (1, True)


def test_a_check_of_what_is_not_there_and_of_what_is_none(prefect: Run, tmp_path: Path, use: Any) -> None:
    absent = prefect("server", "check")
    assert absent.code == 1
    assert "orchestrator.db is not there" in absent.out
    assert "prefect server start" in absent.out
    (tmp_path / "text.db").write_text("no database " * 100)
    use(f"sqlite+aiosqlite:///{tmp_path}/text.db")
    other = prefect("server", "check")
    assert (other.code, "not a database" in other.out, "1 rule is broken" in other.out) == (1, True, True)
