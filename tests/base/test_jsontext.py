"""JSON text keeps every number as it is."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._base.jsontext import MOST_LEVELS, TooDeep, bounded, dumps, encoded, loads

numbers = st.integers(min_value=-(2**80), max_value=2**80) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.none() | st.booleans() | st.text(st.characters(codec="utf-8")) | numbers
values = st.recursive(
    plain,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_again(value: Any) -> None:
    text = dumps(value)
    assert loads(text) == value == json.loads(text)
    assert encoded(value) == text.encode()
    assert loads(text.encode()) == value


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**300])
def test_no_integer_becomes_a_float(number: int) -> None:
    found = loads(dumps({"n": [number]}))
    assert found == {"n": [number]}
    assert type(found["n"][0]) is int


def test_what_is_no_number_stays_what_it_is() -> None:
    text = '{"digits": "123456789012345678901234567890", "small": 1}'
    assert loads(text) == {"digits": "123456789012345678901234567890", "small": 1}


def test_beside_a_large_integer_all_is_written_as_ever() -> None:
    moment = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    id = uuid.UUID(int=7)
    assert loads(dumps({"n": 2**70, "at": moment, "id": id, "in": (1, 2)})) == {
        "n": 2**70,
        "at": "2026-01-02T00:00:00+00:00",
        "id": str(id),
        "in": [1, 2],
    }


@pytest.mark.parametrize("value", [{1: 2}, {1: 2**70}, {"a": {1: 2**70}}, object(), [object(), 2**70]])
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        dumps(value)


@pytest.mark.parametrize("text", ["", "{", "[1,]", "12345678901234567890123 4", "NaN"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"line \d+ column"):
        loads(text)


def deep(levels: int, bottom: str = "1") -> str:
    return "[" * levels + bottom + "]" * levels


@pytest.mark.parametrize("bottom", ["1", str(2**70), '{"a": [[], {"b": 1}]}'])
def test_texts_from_elsewhere_have_so_many_levels(bottom: str) -> None:
    more = 3 if bottom.startswith("{") else 0
    most = MOST_LEVELS - more
    assert bounded(deep(most, bottom)) == json.loads(deep(most, bottom))
    assert bounded(f"[{deep(most - 1, bottom)}, {deep(most - 1, bottom)}]")
    for levels in (most + 1, 255, 990, 1_010, 5_000, 100_000):
        with pytest.raises((TooDeep, json.JSONDecodeError)) as caught:
            bounded(deep(levels, bottom))
        assert levels > 1_000 or caught.type is TooDeep
    with pytest.raises(TooDeep):
        bounded('{"a": ' * 201 + "1" + "}" * 201)
    assert len(bounded(f"[{','.join([deep(3)] * 400)}]")) == 400


def test_what_is_deeper_than_it_should_be_is_written_all_the_same() -> None:
    value = loads(deep(300))
    assert loads(dumps(value)) == value
    around: list[Any] = []
    around.append(around)
    with pytest.raises(TypeError):
        dumps(around)
