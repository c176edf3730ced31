"""A bounded pool of threads that does not deadlock when its jobs wait for one another.

A worker thread that waits for a job which nobody has begun runs that job itself; one that waits for a job in
progress lends its place to another thread meanwhile. So the number of jobs that really run never exceeds
`max_workers`, and some job always can.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Generator

_IDLE_S = 5.0  # a thread with nothing to do ends after this time
_EAGER_THREADS = 8  # started at once; more only while the ones there make no progress
_STALL_S = 0.002
_MAX_INLINE_DEPTH = 16

_worker = threading.local()
_numbers = itertools.count(1)


class Job:
    """A call that one thread will make; it must not raise."""

    __slots__ = ("_call", "claimed", "pool")

    def __init__(self, pool: Pool, call: Callable[[], None]) -> None:
        self.pool = pool
        self._call: Callable[[], None] | None = call
        self.claimed = False

    def run(self) -> None:
        """Make the call, for whoever has claimed the job; what it needed is let go of."""
        call, self._call = self._call, None
        if call is not None:
            call()

    def claim(self) -> bool:
        """Take the job for this thread; False if another thread has it."""
        with self.pool.lock:
            if self.claimed:
                return False
            self.claimed = True
            return True


class Pool:
    """At most `max_workers` jobs at a time, in the order of their submission."""

    def __init__(self, max_workers: int, name: str) -> None:
        self.max_workers = max_workers
        self.name = name
        self.lock = threading.Lock()
        self._ready = threading.Condition(self.lock)
        self._queue: deque[Job] = deque()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._lent = 0
        self._taken = 0
        self._watching = False
        self._closed = False

    def submit(self, run: Callable[[], None]) -> Job:
        """Queue a call; raises `RuntimeError` once the pool is closed."""
        job = Job(self, run)
        with self.lock:
            if self._closed:
                raise RuntimeError("The pool of worker threads is closed.")
            self._queue.append(job)
            if self._idle:
                self._ready.notify()
            if self._idle >= len(self._queue):  # a thread for each queued job is on its way
                pass
            elif len(self._threads) < min(_EAGER_THREADS, self._limit()):
                self._start_thread()
            elif not self._watching and len(self._threads) < self._limit():
                self._watching = True
                threading.Thread(target=self._watch, name=f"{self.name}-watch", daemon=True).start()
        return job

    def _limit(self) -> int:
        return self.max_workers + self._lent

    def _start_thread(self) -> None:
        name = f"{self.name}-{next(_numbers)}"
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._threads.add(thread)
        thread.start()

    def _watch(self) -> None:
        """Add threads while jobs wait and none was begun for a moment: the workers block, not compute."""
        while True:
            before = self._taken
            time.sleep(_STALL_S)
            with self.lock:
                room = self._limit() - len(self._threads)
                if self._closed or not self._queue or room <= 0:
                    self._watching = False
                    return
                if self._taken == before:
                    for _ in range(min(room, len(self._queue), 16)):
                        self._start_thread()

    def _work(self) -> None:
        _worker.pool, _worker.depth = self, 0
        while (job := self._next()) is not None:
            if job.claim():
                job.run()
            del job  # what a finished job held is not kept alive by a waiting thread

    def _next(self) -> Job | None:
        with self.lock:
            while not self._queue:
                if self._closed or len(self._threads) > self._limit() or not self._await_job():
                    self._threads.discard(threading.current_thread())
                    return None
            if len(self._threads) > self._limit():  # a place that was lent is back in use
                self._threads.discard(threading.current_thread())
                return None
            self._taken += 1
            return self._queue.popleft()

    def _await_job(self) -> bool:
        self._idle += 1
        try:
            return self._ready.wait(_IDLE_S) or bool(self._queue)
        finally:
            self._idle -= 1

    @contextlib.contextmanager
    def lending(self) -> Generator[None]:
        """Let another thread work while the calling worker thread waits."""
        with self.lock:
            self._lent += 1
            if self._queue and not self._idle and len(self._threads) < self._limit():
                self._start_thread()
        try:
            yield
        finally:
            with self.lock:
                self._lent -= 1

    def close(self, wait: bool = True, within_s: float | None = None) -> list[Job]:
        """Take no more jobs; the ones nobody has begun are returned, the others waited for (`within_s`)."""
        with self.lock:
            self._closed = True
            left = [job for job in self._queue if not job.claimed]
            for job in left:
                job.claimed = True
            self._queue.clear()
            self._ready.notify_all()
            threads = list(self._threads)
        if wait:
            until_s = None if within_s is None else time.monotonic() + within_s
            for thread in threads:
                # an abort may have come between the making of a thread and its start
                if thread is not threading.current_thread() and thread.is_alive():
                    thread.join(None if until_s is None else max(0.0, until_s - time.monotonic()))
        return left


def current() -> Pool | None:
    """The pool whose job the calling thread runs, None outside of one."""
    return getattr(_worker, "pool", None)


def act_for(pool: Pool | None) -> None:
    """Let the calling thread count as a worker of `pool`: it does part of a job whose own thread waits."""
    _worker.pool, _worker.depth = pool, 0


def wait_helping(job: Job | None, wait: Callable[[], bool]) -> bool:
    """Call `wait`, which blocks until `job` is done; from a worker thread, see to it that `job` can be."""
    pool = current()
    if pool is None:
        return wait()
    if job is not None and _worker.depth < _MAX_INLINE_DEPTH and job.pool is pool and job.claim():
        _worker.depth += 1
        try:
            job.run()
        finally:
            _worker.depth -= 1
    with pool.lending():
        return wait()
