"""An answer that may come to be more if the caller waits: who carries out the operation does the waiting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NotYet:
    """There is nothing to answer at present, and the caller said that it would wait.

    Once the log has an entry after number `after` about one of `waits_for`, or at the instant `look_us`, the
    operation is worth another try. After `patience_s` seconds without success `answer` stands. An answer that
    nobody is there to get any more is taken back by ``take_back(unit, answer)``.
    """

    answer: Any
    waits_for: frozenset[str]
    after: int
    patience_s: float
    look_us: int | None = None
    take_back: Callable[[Any, Any], Awaitable[None]] | None = None

    def pause_s(self, now_us: int, left_s: float) -> float:
        """How long to wait for the log before trying again anyhow."""
        if self.look_us is None:
            return min(left_s, LOOK_S)
        return min(left_s, LOOK_S, max(MIN_PAUSE_S, (self.look_us - now_us) / 1e6))


# what a process that died should have told is found within this time
LOOK_S, MIN_PAUSE_S = 5.0, 0.002
