"""The details of a state, inside and on the wire."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._base import details

_INSTANT = st.integers(min_value=0, max_value=4_000_000_000_000_000)
_DETAILS = st.fixed_dictionaries(
    {},
    optional={
        "scheduled_us": _INSTANT,
        "cache_expiration_us": _INSTANT,
        "pause_timeout_us": _INSTANT,
        "flow_run_id": st.uuids().map(str),
        "cache_key": st.text(min_size=1),
        "deferred": st.just(True),
        "retriable": st.booleans(),
    },
)


@given(_DETAILS)
def test_there_and_back(inside: dict[str, Any]) -> None:
    assert details.from_wire(details.to_wire(inside)) == inside


def test_wire_names() -> None:
    assert details.to_wire({"scheduled_us": 1_500_000, "cache_key": "k"}) == {
        "scheduled_time": "1970-01-01T00:00:01.500000Z",
        "cache_key": "k",
    }


@pytest.mark.parametrize("unset", [{"deferred": False}, {"cache_key": None}, {"pause_timeout": None}])
def test_what_is_not_set_is_left_out(unset: dict[str, Any]) -> None:
    assert details.from_wire(unset) == {}
