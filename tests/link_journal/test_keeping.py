"""A lane keeps on disk what the server does not take, and delivers it in order, once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from prefect._base.errors import ApiUnreachable
from prefect._link import lane as lanes
from prefect._link import retrying
from prefect._link.journal import limits
from prefect._link.journal.spool import Spool
from prefect._link.lane import Lane
from prefect._link.reply import Reply, Unanswered


class Server:
    """Stands for the way to a server that is there, away, or slow."""

    url = "http://server/api"

    def __init__(self) -> None:
        self.is_there = True
        self.answers: Callable[[], object] = lambda: None
        self.items: list[Any] = []
        self.asked = threading.Event()

    def send(self, method: str, path: str, query: Any, body: bytes) -> Reply:
        self.asked.set()
        self.answers()
        if not self.is_there:
            raise Unanswered("refused")
        self.items += orjson.loads(body)
        return Reply(204, b"")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr(retrying, "pause_s", lambda attempt, retry_after_s: 0.001)
    return Server()


def made(server: Server, path: Path) -> Lane[Any]:
    spool = Spool(path, "things", lambda: path.mkdir(exist_ok=True))
    return Lane(server, "/things", lambda item: item, spool)  # type: ignore[arg-type]


def test_a_server_that_answers_leaves_no_trace_on_disk(server: Server, tmp_path: Path) -> None:
    found = made(server, tmp_path / "mine")
    for number in range(1_000):
        found.put(number)
    found.flush().result(10)
    found.close()
    assert server.items == list(range(1_000))
    assert not (tmp_path / "mine").exists()


def test_what_is_kept_is_durable_and_arrives_when_the_server_is_back(server: Server, tmp_path: Path) -> None:
    server.is_there = False
    found = made(server, tmp_path / "mine")
    for number in range(1_000):
        found.put(number)
        if number % 100 == 0:
            found.flush(kept_is_enough=True).result(10)
    found.flush(kept_is_enough=True).result(10)
    assert server.items == []
    assert found.is_away
    arrived = found.flush()
    assert not arrived.done()
    server.is_there = True
    arrived.result(10)
    assert server.items == list(range(1_000))
    found.close()
    assert not list((tmp_path / "mine").glob("*.seg"))


def test_a_server_that_hangs_does_not_keep_records_from_the_disk(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "SLOW_S", 0.01)
    released = threading.Event()
    server.answers = lambda: released.wait(10)
    found = made(server, tmp_path / "mine")
    found.put(1)
    server.asked.wait(10)
    found.put(2)
    found.flush(kept_is_enough=True).result(10)
    assert (tmp_path / "mine").exists()
    released.set()
    found.flush().result(10)
    assert server.items == [1, 2]
    found.close()


def test_the_next_one_delivers_what_stayed_behind(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.is_there = False
    first = made(server, tmp_path / "mine")
    first.put(1)
    first.put(object())  # cannot be told: left out, now and later
    first.put(2)
    first.close(within_s=0.0)
    assert "wait on disk" in caplog.text
    server.is_there = True
    second = made(server, tmp_path / "mine")
    assert second.adopt() == 3
    second.put(3)
    second.flush().result(10)
    assert server.items == [1, 2, 3]
    second.close()


def test_patience_has_an_end(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.PATIENCE, "0")
    server.is_there = False
    found = made(server, tmp_path / "mine")
    found.put(1)
    with pytest.raises(ApiUnreachable):
        found.flush().result(10)
    server.is_there = True  # the record is there all the same
    found.flush().result(10)
    assert server.items == [1]
    found.close()


def test_a_full_journal_makes_producers_wait(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 50)
    monkeypatch.setattr(lanes, "BOUND", 10)
    server.is_there = False
    found = made(server, tmp_path / "mine")
    done = threading.Event()

    def _produce() -> None:
        for number in range(100):
            found.put(number)
        done.set()

    producer = threading.Thread(target=_produce)
    producer.start()
    assert not done.wait(0.3)
    assert "journal is full" in caplog.text
    server.is_there = True
    producer.join(10)
    found.flush().result(10)
    assert server.items == list(range(100))
    found.close()
