"""Records on their way to a server: queued without waiting, sent in batches, repeated until acknowledged."""

from __future__ import annotations

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from time import monotonic
from typing import Any, Generic, TypeVar, cast

import orjson

from prefect._base.errors import ApiUnreachable
from prefect._link import retrying
from prefect._link.refusals import refusal
from prefect._link.reply import Reply, Unanswered
from prefect._link.transport import Transport

R = TypeVar("R")

logger = logging.getLogger("prefect.link")

LINGER_S = 0.02
BATCH = 400
BOUND = 20_000
EXIT_S = 30.0  # how long the end of the process is held up while the server does not answer
_GRACE_S = 1.0
_IDLE_S = 5.0


class Lane(Generic[R]):
    """The way of one kind of records: in strict order, nothing dropped; a full queue makes producers wait.

    `told` makes the JSON form of a record. A batch that the server refuses is cut in halves until the record
    at fault is found, reported and left out.
    """

    def __init__(self, transport: Transport, path: str, told: Callable[[R], Any]) -> None:
        self._transport = transport
        self._path = path
        self._told = told
        self._queue: deque[R | Future[None]] = deque()
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None
        self._urgent = False
        self._busy = False
        self._under_way = 0
        self._end_by_s: float | None = None

    # -- any thread --------------------------------------------------------------------------------

    def put(self, item: R) -> None:
        """Hand over without waiting, unless the queue is full."""
        with self._lock:
            while len(self._queue) >= BOUND and self._end_by_s is None:
                self._lock.wait()
            self._queue.append(item)
            if self._end_by_s is None:
                if len(self._queue) == 1:
                    self._wake()
                return
        self._work_off()  # the process is ending and the sender is gone

    @property
    def pending(self) -> bool:
        """Whether anything is not acknowledged yet."""
        return self._busy or bool(self._queue)

    def flush(self) -> Future[None]:
        """A future that is done when the server has acknowledged all that was handed over before."""
        done: Future[None] = Future()
        with self._lock:
            if not self.pending:
                done.set_result(None)
                return done
            self._queue.append(done)
            self._urgent = True
            self._wake()
        return done

    def close(self, within_s: float = EXIT_S) -> None:
        """Send what is left, for at most `within_s` seconds; what could not be sent is reported."""
        with self._lock:
            self._end_by_s = monotonic() + within_s
            self._lock.notify_all()
            thread = self._thread
        if thread is not None:
            atexit.unregister(self.close)
            thread.join(within_s + _GRACE_S)
        left = self._under_way + sum(not isinstance(item, Future) for item in self._queue)
        if left:
            logger.error("%d records were lost: %s did not answer.", left, self._transport.url)

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="prefect-link-sender", daemon=True)
            self._thread.start()
            atexit.register(self.close)
        self._lock.notify_all()

    # -- the sender --------------------------------------------------------------------------------

    def _loop(self) -> None:
        while self._gather():
            if not self._work_off():
                return

    def _gather(self) -> bool:
        """Wait for records and a moment for their neighbours; False when the lane is closed and empty."""
        with self._lock:
            while not self._queue:
                if self._end_by_s is not None:
                    return False
                self._lock.wait(_IDLE_S)
            until_s = monotonic() + LINGER_S
            while not self._urgent and self._end_by_s is None and len(self._queue) < BATCH:
                left_s = until_s - monotonic()
                if left_s <= 0:
                    break
                self._lock.wait(left_s)
            return True

    def _work_off(self) -> bool:
        """Send one batch; False when it stays in the queue because the time of the process is over."""
        batch, waiting = self._take()
        sent = self._deliver(batch)
        with self._lock:
            if not sent:
                self._queue.extendleft(reversed(batch))
            self._busy, self._under_way = False, 0
            self._lock.notify_all()
        for future in waiting:
            if sent:
                future.set_result(None)
            else:
                future.set_exception(ApiUnreachable(self._transport.url, "it did not answer in time"))
        return sent

    def _take(self) -> tuple[list[R], list[Future[None]]]:
        """The next batch, and the futures that wait for it."""
        batch: list[R] = []
        waiting: list[Future[None]] = []
        with self._lock:
            self._busy = True
            queue = self._queue
            while queue and (len(batch) < BATCH or isinstance(queue[0], Future)):
                item = queue.popleft()
                if isinstance(item, Future):
                    waiting.append(cast("Future[None]", item))
                else:
                    batch.append(item)
            self._urgent = any(isinstance(item, Future) for item in queue)
            self._under_way = len(batch)
        return batch, waiting

    def _deliver(self, batch: Sequence[R]) -> bool:
        """Whether the server has the batch, but for what it refused."""
        told: list[bytes] = []
        for item in batch:
            try:
                told.append(orjson.dumps(self._told(item)))
            except Exception as error:  # noqa: BLE001 - one record must not stop those behind it
                logger.error("A record cannot be told as JSON and is left out: %s: %r", error, item)
        return not told or self._post(told)

    def _post(self, told: Sequence[bytes]) -> bool:
        reply = self._send(b"[" + b",".join(told) + b"]")
        if reply is None:
            return False
        if reply.status < 300:
            return True
        if len(told) > 1 and reply.status not in (401, 403, 404, 405):
            middle = len(told) // 2
            return self._post(told[:middle]) and self._post(told[middle:])
        why = refusal(reply.status, reply.body, None)
        logger.error("%d records were refused by %s: %s", len(told), self._transport.url, why)
        return True

    def _send(self, body: bytes) -> Reply | None:
        """Post until an answer asks for no other try; None when the time of the process is over."""
        attempt = 0
        while True:
            retry_after_s: float | None = None
            try:
                reply = self._transport.send("POST", self._path, None, body)
                if reply.status < 500 and not retrying.is_retried(reply.status):
                    if attempt:
                        logger.warning("%s answers again.", self._transport.url)
                    return reply
                problem, retry_after_s = f"status {reply.status}", reply.retry_after_s
            except Unanswered as error:
                problem = str(error)
            if attempt == 0:
                url = self._transport.url
                logger.warning("%s does not take records (%s). Sending is tried until it does.", url, problem)
            if not self._pause(retrying.pause_s(attempt, retry_after_s)):
                return None
            attempt += 1

    def _pause(self, seconds: float) -> bool:
        """Wait before another try; False when the process must not be held up any longer."""
        with self._lock:
            until_s = monotonic() + seconds
            while True:
                now_s = monotonic()
                if self._end_by_s is not None and now_s >= self._end_by_s:
                    return False
                if now_s >= until_s:
                    return True
                self._lock.wait(min(until_s, self._end_by_s or until_s) - now_s)
