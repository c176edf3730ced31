"""What the options of a task come to, row by row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from prefect._engine.persist.resolution import resolve_caching
from prefect.cache_policies import DEFAULT, INPUTS, NO_CACHE, CacheKeyFnPolicy, CachePolicy


def key_fn(context: Any, parameters: dict[str, Any]) -> str:
    return "key"


BY_KEY_FN = CacheKeyFnPolicy(cache_key_fn=key_fn)
ROWS: list[tuple[dict[str, Any], CachePolicy | None, bool | None]] = [
    ({}, DEFAULT, None),
    ({"cache_policy": INPUTS}, INPUTS, True),
    ({"cache_policy": NO_CACHE}, NO_CACHE, None),
    ({"cache_policy": None}, None, None),
    ({"cache_key_fn": key_fn}, BY_KEY_FN, True),
    ({"persist_result": True}, DEFAULT, True),
    ({"persist_result": False}, NO_CACHE, False),
    ({"persist_result": False, "result_serializer": "json"}, NO_CACHE, False),
    ({"persist_result": False, "result_storage_key": "k"}, NO_CACHE, False),
    ({"result_storage": "a/b"}, DEFAULT, True),
    ({"result_serializer": "json"}, DEFAULT, True),
    ({"result_storage_key": "k"}, None, True),
    ({"result_storage_key": "k", "cache_policy": INPUTS}, None, True),
    ({"result_storage_key": "k", "cache_key_fn": key_fn}, None, True),
    ({"cache_expiration": timedelta(days=1)}, DEFAULT, None),
    ({"cache_policy": NO_CACHE, "persist_result": True}, NO_CACHE, True),
    ({"cache_policy": NO_CACHE, "result_serializer": "json"}, NO_CACHE, True),
    ({"cache_policy": None, "persist_result": True}, None, True),
    # the settings of tasks
    ({"default_no_cache": True}, NO_CACHE, None),
    ({"default_no_cache": True, "persist_result": True}, NO_CACHE, True),
    ({"default_no_cache": True, "cache_policy": INPUTS}, INPUTS, True),
    ({"default_no_cache": True, "cache_key_fn": key_fn}, BY_KEY_FN, True),
    ({"disable_caching": True}, NO_CACHE, None),
    ({"disable_caching": True, "cache_policy": INPUTS}, NO_CACHE, True),
    ({"disable_caching": True, "cache_key_fn": key_fn}, NO_CACHE, True),
    ({"disable_caching": True, "result_storage_key": "k"}, NO_CACHE, True),
]


@pytest.mark.parametrize(("options", "policy", "persist"), ROWS, ids=[str(sorted(row[0])) for row in ROWS])
def test_row(options: dict[str, Any], policy: CachePolicy | None, persist: bool | None) -> None:
    def never(message: str) -> None:
        raise AssertionError(message)

    assert resolve_caching(**options, warn=never) == (policy, persist)


@pytest.mark.parametrize(
    ("options", "policy", "words"),
    [
        ({"persist_result": False, "cache_policy": INPUTS}, NO_CACHE, "ignored"),
        ({"persist_result": False, "cache_key_fn": key_fn}, NO_CACHE, "ignored"),
        ({"cache_policy": INPUTS, "cache_key_fn": key_fn}, BY_KEY_FN, "Both"),
    ],
)
def test_contradictions_are_told(options: dict[str, Any], policy: CachePolicy, words: str) -> None:
    told: list[str] = []
    assert resolve_caching(**options, warn=told.append)[0] == policy
    assert len(told) == 1
    assert words in told[0]
