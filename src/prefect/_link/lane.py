"""Records on their way to a server: queued without waiting, sent in batches, repeated until acknowledged.

What the server does not acknowledge at once is kept on disk meanwhile, so that it outlives the process.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from time import monotonic
from typing import Any, Generic, NamedTuple, TypeVar

from prefect._base.errors import ApiUnreachable
from prefect._link import ids_refused, retrying
from prefect._link.backlog import NOTHING, Backlog
from prefect._link.journal import limits
from prefect._link.journal.spool import Spool
from prefect._link.refusals import refusal
from prefect._link.reply import Reply, Unanswered
from prefect._link.transport import Transport

R = TypeVar("R")

logger = logging.getLogger("prefect.link")

LINGER_S = 0.02
BATCH = 400
BOUND = 20_000
EXIT_S = 30.0  # how long the end of the process is held up while the server does not answer
KEPT_EXIT_S = 5.0  # the same where records are kept for the next process
KEEP_S = 0.05  # a record that is not acknowledged after so long is kept on disk
SLOW_S = 1.0  # who is content with the disk waits for the server for so long
LONGEST_PAUSE_S = 2.0  # between two tries, unless the server asks for a longer one
_GRACE_S = 1.0
_IDLE_S = 5.0


class _Waiter(NamedTuple):
    number: int
    future: Future[None]
    kept_is_enough: bool


class Trouble(NamedTuple):
    """Why the server has not taken a batch, and when it wants to be asked again."""

    problem: str
    retry_after_s: float | None = None


class Lane(Generic[R]):
    """The way of one kind of records: in strict order, nothing dropped; a full queue makes producers wait.

    `told` makes the JSON form of a record. A batch that the server refuses is cut in halves until the record
    at fault is found, reported and left out. With a `spool`, records that wait are kept on disk.
    """

    def __init__(
        self, transport: Transport, path: str, told: Callable[[R], Any], spool: Spool | None = None
    ) -> None:
        self._transport = transport
        self._path = path
        self._spool = spool
        self._backlog: Backlog[R] = Backlog(told, spool)
        self._lock = self._backlog.changed
        self._sender: threading.Thread | None = None
        self._keeper: threading.Thread | None = None
        self._waiters: list[_Waiter] = []
        self._away_since_s: float | None = None
        self._end_by_s: float | None = None
        self._is_full = False
        self._takes_ids = True
        self._sent_s: float | None = None
        self._rest = threading.Event()  # nobody sets it: the keeper's naps end with their time

    # -- any thread --------------------------------------------------------------------------------

    def put(self, item: R) -> None:
        """Hand over without waiting, unless the queue is full."""
        with self._lock:
            while self._backlog.in_memory >= BOUND and self._end_by_s is None:
                self._lock.wait()
            first = self._backlog.put(item) == 1
            if self._end_by_s is None:
                if first:
                    self._wake()
                return
        self._work_off()  # the process is ending and the sender is gone

    @property
    def pending(self) -> bool:
        """Whether anything is not acknowledged yet."""
        return self._backlog.acknowledged < self._backlog.handed

    @property
    def is_away(self) -> bool:
        """Whether the server does not take records at present."""
        return self._away_since_s is not None

    def adopt(self) -> int:
        """Take over what another process left in the spool; tells how many records. Then `flush`."""
        return self._backlog.adopt()

    def flush(self, kept_is_enough: bool = False) -> Future[None]:
        """A future that is done when the server has acknowledged all that was handed over before.

        With `kept_is_enough` also when it is on disk and the server is away, or slow. Its exception is
        `ApiUnreachable` when the server stays away for longer than the patience of this process.
        """
        done: Future[None] = Future()
        with self._lock:
            waiter = _Waiter(self._backlog.handed, done, kept_is_enough)
            if self._is_done(waiter):
                done.set_result(None)
            else:
                self._waiters.append(waiter)
                self._wake()
        return done

    def close(self, within_s: float | None = None) -> None:
        """Send what is left, for at most `within_s` seconds; what stays behind is kept, or reported."""
        if within_s is None:
            within_s = EXIT_S if self._spool is None else KEPT_EXIT_S
        with self._lock:
            self._end_by_s = monotonic() + within_s
            self._lock.notify_all()
            thread = self._sender
        if thread is not None:
            atexit.unregister(self.close)
            thread.join(within_s + _GRACE_S)
        if self.pending:
            self._keep()
        self._report()
        self._settle(ApiUnreachable(self._transport.url, "it did not answer in time"))
        if self._spool is not None:
            self._spool.close()

    def _report(self) -> None:
        counts, url = self._backlog, self._transport.url
        if counts.kept > counts.acknowledged:
            logger.warning(
                "%d records for %s wait on disk: the next process of this home that reaches it sends them.",
                counts.kept - counts.acknowledged,
                url,
            )
        if counts.handed > counts.kept:
            logger.error("%d records were lost: %s did not answer.", counts.handed - counts.kept, url)

    def _wake(self) -> None:
        if self._sender is None:
            self._sender = threading.Thread(target=self._loop, name="prefect-link-sender", daemon=True)
            self._sender.start()
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
            while not self.pending:
                if self._end_by_s is not None:
                    return False
                self._lock.wait(_IDLE_S)
            until_s = monotonic() + LINGER_S
            while not self._waiters and self._end_by_s is None and self._backlog.in_memory < BATCH:
                left_s = until_s - monotonic()
                if left_s <= 0:
                    break
                self._lock.wait(left_s)
            return True

    def _work_off(self) -> bool:
        """Send one batch until it is taken; False when the process has no time for that any more."""
        if self._spool is not None and self._keeper is None:
            self._keeper = threading.Thread(target=self._watch, name="prefect-link-keeper", daemon=True)
            self._keeper.start()
        batch = self._backlog.take(BATCH)
        attempt = 0
        self._sent_s = monotonic()
        while trouble := self._trouble_with(batch):
            self._be_away(trouble)
            pause_s = min(retrying.pause_s(attempt, trouble.retry_after_s), LONGEST_PAUSE_S)
            if not self._pause(max(pause_s, trouble.retry_after_s or 0.0)):
                return False
            attempt += 1
        if self._away_since_s is not None:
            self._away_since_s = None
            logger.warning("%s answers again.", self._transport.url)
        self._sent_s = None
        self._backlog.acknowledge()
        self._settle()
        return True

    def _trouble_with(self, batch: Sequence[bytes]) -> Trouble | None:
        """Send a batch; None if the server has it, but for what it refused."""
        texts = [text for text in batch if text is not NOTHING and text != NOTHING]
        if not texts:
            return None
        if not self._takes_ids:
            texts = [ids_refused.line_without_id(text) for text in texts]
        try:
            reply = self._transport.send("POST", self._path, None, b"[" + b",".join(texts) + b"]")
        except Unanswered as error:
            return Trouble(str(error))
        if reply.status < 300:
            return None
        if reply.status >= 500 or retrying.is_retried(reply.status):
            return Trouble(f"status {reply.status}", reply.retry_after_s)
        if self._takes_ids and ids_refused.refuses_id(reply):
            self._takes_ids = False
            return self._trouble_with(texts)
        if len(texts) > 1 and reply.status not in (401, 403, 404, 405):
            middle = len(texts) // 2
            return self._trouble_with(texts[:middle]) or self._trouble_with(texts[middle:])
        self._refuse(texts, reply)
        return None

    def _refuse(self, texts: Sequence[bytes], reply: Reply) -> None:
        why = refusal(reply.status, reply.body, None)
        logger.error("%d records were refused by %s: %s", len(texts), self._transport.url, why)

    def _be_away(self, trouble: Trouble) -> None:
        """Keep on disk what waits; tell once that the server is away, and those who waited too long."""
        url = self._transport.url
        if self._away_since_s is None:
            self._away_since_s = monotonic()
            logger.warning(
                "%s does not take records (%s). Sending is tried until it does.", url, trouble.problem
            )
        self._keep()
        if monotonic() - self._away_since_s >= limits.patience_s():
            self._settle(ApiUnreachable(url, trouble.problem))

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

    # -- those who wait ----------------------------------------------------------------------------

    def _is_done(self, waiter: _Waiter) -> bool:
        counts = self._backlog
        if counts.acknowledged >= waiter.number:
            return True
        return waiter.kept_is_enough and counts.kept >= waiter.number and (self.is_away or self._is_slow)

    @property
    def _is_slow(self) -> bool:
        """Whether the server takes long for the batch that it was sent."""
        return self._sent_s is not None and monotonic() - self._sent_s >= SLOW_S

    def _settle(self, error: Exception | None = None) -> None:
        """Answer those whose records are where they want them; with `error`, the others too."""
        with self._lock:
            done = [waiter for waiter in self._waiters if self._is_done(waiter)]
            others = [waiter for waiter in self._waiters if not self._is_done(waiter)]
            self._waiters = others if error is None else []
        for waiter in done:
            waiter.future.set_result(None)
        for waiter in others if error is not None else ():
            waiter.future.set_exception(error)

    # -- the keeper --------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Keep on disk what is not acknowledged in time: the sender may be held up by the server."""
        while True:
            with self._lock:
                while (since_s := self._backlog.oldest_s) is None:
                    if self._end_by_s is not None:
                        return
                    self._lock.wait(SLOW_S if self._waiters else None)
                    if self._waiters and self._is_slow:
                        self._settle()
                delay_s = KEEP_S if self._away_since_s is None else LINGER_S
            left_s = since_s + delay_s - monotonic()
            if left_s > 0 or not self._keep():
                self._rest.wait(max(left_s, LINGER_S))

    def _keep(self) -> bool:
        try:
            is_kept = self._backlog.keep()
            problem = "its journal is full"
        except OSError as error:
            is_kept, problem = False, str(error)
        if not is_kept and self._spool is not None and not self._is_full:
            logger.warning("What waits for %s cannot be kept on disk: %s.", self._transport.url, problem)
        self._is_full = not is_kept
        self._settle()
        return is_kept
