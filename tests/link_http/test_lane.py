"""Records reach the server in order, once, and whatever happens on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from prefect._base.errors import ApiUnreachable
from prefect._link import lane as lanes
from prefect._link import retrying
from prefect._link.lane import Lane
from prefect._link.reply import Reply, Unanswered


class Server:
    """Stands for the way to a server: answers by `answer`, keeps the batches that were taken."""

    url = "http://server/api"

    def __init__(self, answer: Callable[[list[Any]], Reply] | None = None) -> None:
        self.answer = answer or (lambda batch: Reply(204, b""))
        self.taken: list[list[Any]] = []

    def send(self, method: str, path: str, query: Any, body: bytes) -> Reply:
        batch = orjson.loads(body)
        reply = self.answer(batch)
        if reply.status < 300:
            self.taken.append(batch)
        return reply

    @property
    def items(self) -> list[Any]:
        return [item for batch in self.taken for item in batch]


def lane(server: Server) -> Lane[Any]:
    return Lane(server, "/things", lambda item: item)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "pause_s", lambda attempt, retry_after_s: 0.0)


def test_records_arrive_in_order_in_few_batches() -> None:
    server = Server()
    found = lane(server)
    for number in range(2_000):
        found.put(number)
    found.flush().result(10)
    assert server.items == list(range(2_000))
    assert len(server.taken) < 50
    assert not found.pending
    found.close()


def test_a_flush_of_nothing_is_done_at_once() -> None:
    assert lane(Server()).flush().done()


def test_records_are_sent_until_they_are_acknowledged(caplog: pytest.LogCaptureFixture) -> None:
    troubles = iter([Unanswered("no route"), Reply(503, b""), Reply(500, b""), Reply(429, b"")])

    def _answer(batch: list[Any]) -> Reply:
        trouble = next(troubles, None)
        if isinstance(trouble, Exception):
            raise trouble
        return trouble or Reply(204, b"")

    server = Server(_answer)
    found = lane(server)
    found.put(1)
    found.put(2)
    found.flush().result(10)
    assert server.items == [1, 2]
    assert "does not take records" in caplog.text
    found.close()


def test_a_record_that_is_refused_is_left_out_alone(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(lambda batch: Reply(422, b'{"detail":"13 is wrong"}') if 13 in batch else Reply(204, b""))
    found = lane(server)
    for number in range(20):
        found.put(number)
    found.flush().result(10)
    assert server.items == [number for number in range(20) if number != 13]
    assert "13 is wrong" in caplog.text
    found.close()


def test_a_record_that_is_no_json_is_left_out_alone(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    found = lane(server)
    for item in (1, object(), 2):
        found.put(item)
    found.flush().result(10)
    assert server.items == [1, 2]
    assert "left out" in caplog.text
    found.close()


def test_a_full_queue_makes_producers_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "BOUND", 10)
    opened = threading.Event()

    def _answer(batch: list[Any]) -> Reply:
        opened.wait(10)
        return Reply(204, b"")

    server = Server(_answer)
    found = lane(server)
    done = threading.Event()

    def _produce() -> None:
        for number in range(50):
            found.put(number)
        done.set()

    producer = threading.Thread(target=_produce)
    producer.start()
    assert not done.wait(0.05)
    opened.set()
    producer.join(10)
    found.flush().result(10)
    assert server.items == list(range(50))
    found.close()


def test_the_end_of_the_process_sends_what_is_left() -> None:
    server = Server()
    found = lane(server)
    found.put(1)
    found.close()
    found.put(2)  # as handlers do that run after this one at the end of a process
    assert server.items == [1, 2]


def test_an_unreachable_server_does_not_hold_up_the_end_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    def _answer(batch: list[Any]) -> Reply:
        raise Unanswered("gone")

    found = lane(Server(_answer))
    found.put(1)
    waiting = found.flush()
    found.close(within_s=0.05)
    with pytest.raises(ApiUnreachable):
        waiting.result(10)
    assert "1 records were lost" in caplog.text
