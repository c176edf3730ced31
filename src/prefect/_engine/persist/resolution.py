"""Which cache policy and which persistence the options of a task come to."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from prefect.cache_policies import DEFAULT, NO_CACHE, CachePolicy
from prefect.utilities.annotations import NotSet


def _warn(message: str) -> None:
    warnings.warn(message, UserWarning, stacklevel=4)


def resolve_caching(
    cache_policy: Any = NotSet,
    cache_key_fn: Callable[[Any, dict[str, Any]], str | None] | None = None,
    persist_result: bool | None = None,
    result_storage: Any = None,
    result_serializer: Any = None,
    result_storage_key: str | None = None,
    cache_expiration: timedelta | None = None,
    *,
    default_no_cache: bool = False,
    disable_caching: bool = False,
    warn: Callable[[str], None] = _warn,
) -> tuple[CachePolicy | None, bool | None]:
    """The effective ``(cache_policy, persist_result)`` of a task.

    `persist_result` None means: as the run around it. `default_no_cache` and `disable_caching` are the
    settings of ``tasks`` of that name. `cache_expiration` alone changes neither. Options that contradict each
    other are told to `warn`.
    """
    policy_given = cache_policy is not NotSet
    policy: CachePolicy | None
    if cache_key_fn is not None:
        if policy_given and cache_policy is not None:
            warn("Both `cache_policy` and `cache_key_fn` are set; `cache_key_fn` is used.")
        policy = CachePolicy.from_cache_key_fn(cache_key_fn)
        policy_given = True
    elif policy_given:
        policy = cache_policy
    else:
        policy = NO_CACHE if default_no_cache else DEFAULT
    persist = _persist(
        persist_result,
        asked=result_storage is not None
        or result_serializer is not None
        or result_storage_key is not None
        or (policy_given and _caches(policy)),
    )
    if persist_result is False:
        if policy_given and _caches(policy):
            warn("The cache policy is ignored because `persist_result` is False; nothing can be cached.")
        return NO_CACHE, False
    if disable_caching:
        return NO_CACHE, persist
    if result_storage_key is not None and (policy_given or not default_no_cache):
        return None, persist  # the storage key itself is the key of the transaction
    return policy, persist


def _persist(given: bool | None, asked: bool) -> bool | None:
    if given is not None:
        return given
    return True if asked else None


def _caches(policy: CachePolicy | None) -> bool:
    return policy is not None and not isinstance(policy, type(NO_CACHE))
