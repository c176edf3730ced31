"""Rules that find the result of a task run under its cache key, and enter it there."""

from __future__ import annotations

from prefect._base.state import StateValue
from prefect._core.decision import Amend, Reject, StoreCache, Verdict
from prefect._core.facts import Facts, Run
from prefect._core.rules.rule import Rule, types
from prefect._core.transitions import COMPLETED, RUNNING
from prefect._core.values import CACHED


def find_cached(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A task run whose result is known already completes without running."""
    cached = facts.cached
    details = proposed.details
    if cached is None or details.get("cache_key") is None or details.get("refresh_cache"):
        return None
    state = StateValue(COMPLETED, CACHED, "", facts.now_us, cached.message, dict(cached.details), cached.data)
    return Reject(state, "The result was found under the cache key.")


def store_cached(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A result is entered under its cache key, unless that is too long to keep."""
    key: str | None = proposed.details.get("cache_key")
    if key is None:
        return None
    if len(key) > facts.max_cache_key_length:
        reason = (
            f"The cache key has {len(key)} characters; results are cached under keys of at most"
            f" {facts.max_cache_key_length}."
        )
        return Reject(proposed, reason)
    return Amend(effects=(StoreCache(key, proposed.details.get("cache_expiration_us")),))


FIND_CACHED = Rule(find_cached, target=types(RUNNING), needs=frozenset({"cached"}))
STORE_CACHED = Rule(store_cached, target=types(COMPLETED), needs=frozenset({"max_cache_key_length"}))
