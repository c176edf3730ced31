"""Small things with texts."""

from __future__ import annotations

from collections.abc import Iterable

from prefect._base import lazy

difflib = lazy.module("difflib")


def truncated_to(length: int, value: str | None) -> str:
    """`value` with its middle taken out if it is longer than `length`; it says how much is missing."""
    if not value:
        return ""
    if len(value) <= length:
        return value
    half = length // 2
    shortened = f"{value[:half]}...{len(value) - 2 * half} additional characters...{value[-half:]}"
    return shortened if len(shortened) < len(value) else value


def fuzzy_match_string(
    word: str, possibilities: Iterable[str], *, n: int = 1, cutoff: float = 0.6
) -> str | None:
    """The one of `possibilities` that `word` was probably meant to be, or None."""
    match = difflib.get_close_matches(word, list(possibilities), n=n, cutoff=cutoff)
    return match[0] if match else None
