"""Names for things that were given none, and names of secrets that must not be read."""

from __future__ import annotations

import random
from typing import Any

from prefect._base.words import ADJECTIVES, ANIMALS

OBFUSCATED_PREFIX = "****"
IGNORE_LIST: set[str] = set()

_rng = random.SystemRandom()


def generate_slug(n_words: int) -> str:
    """`n_words` friendly words with dashes between them; the last is an animal."""
    words = [_rng.choice(ADJECTIVES) for _ in range(n_words - 1)]
    return "-".join([*words, _rng.choice(ANIMALS)])


def obfuscate_string(s: str, show_tail: bool = False) -> str:
    """A text that does not give `s` away, not even its length; `show_tail` shows the end of a long one."""
    hidden = OBFUSCATED_PREFIX + "*" * 4
    if show_tail and len(s) > 10:
        return hidden[: -min(4, len(s) - 10)] + s[-min(4, len(s) - 10) :]
    return hidden


def obfuscate(s: Any, show_tail: bool = False) -> str:
    """The same for a text, a pydantic secret, or anything that can be made a text."""
    reveal = getattr(s, "get_secret_value", None)
    value = reveal() if reveal is not None else s
    return obfuscate_string("" if value is None else str(value), show_tail=show_tail)
