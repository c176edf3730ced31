"""Instants and their text."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from prefect._base.clock import from_iso, to_datetime, to_iso, to_us

instants = st.datetimes(timezones=st.just(UTC)) | st.datetimes(timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)


@given(instants)
def test_an_instant_and_its_text(at: datetime) -> None:
    at_us = to_us(at)
    assert to_datetime(at_us) == at
    assert to_iso(at_us) == at.isoformat().replace("+00:00", "Z")
    assert from_iso(to_iso(at_us)) == at_us
