"""Texts that leave the house are told without the secrets of a block."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prefect._base import block_secrets
from prefect._base.block_secrets import MASK

SHOWN = {
    "url": "https://host/services/T0123456789/zyxwvutsrq",
    "name": "hook",
    "headers": {"a": "open", "b": {"c": ["1234", 567890]}},
    "none": None,
}
VEILED = {"url": MASK, "name": "hook", "headers": {"a": "open", "b": MASK}, "none": None}


def test_secrets_are_what_has_stars_in_its_place() -> None:
    found = block_secrets.hidden(SHOWN, VEILED)
    assert found == {SHOWN["url"], "1234", "567890"}


def test_texts_are_told_without_secrets_and_their_long_pieces() -> None:
    secrets = block_secrets.hidden(SHOWN, VEILED)
    told = {
        "reason": f"no answer from {SHOWN['url']}!",
        "parts": ["slack://T0123456789 refused 1234", 5],
        "open": "the host refused",
    }
    assert block_secrets.without(told, secrets) == {
        "reason": f"no answer from {MASK}!",
        "parts": [f"slack://{MASK} refused {MASK}", 5],
        "open": "the host refused",
    }
    assert block_secrets.without("x", frozenset()) == "x"


@given(secrets=st.sets(st.text("abc/", min_size=4), max_size=4), text=st.text("abc/ "))
def test_no_secret_stays(secrets: set[str], text: str) -> None:
    told = block_secrets.without(text, secrets)
    assert not any(secret in told for secret in secrets)
