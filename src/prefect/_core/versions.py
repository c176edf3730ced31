"""Comparing the versions that clients name, as far as the behaviour of old clients depends on them."""

from __future__ import annotations

import re
from functools import lru_cache

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:[.-]?(dev|a|b|rc)\.?(\d+))?")
_STAGES = {"dev": 0, "a": 1, "b": 2, "rc": 3}
_RELEASE = (4, 0)  # after the last pre-release

Version = tuple[int, int, int, int, int]


@lru_cache(maxsize=64)
def parse(text: str | None) -> Version | None:
    """The version in a comparable form, None when the text is none; pre-releases come before the release."""
    found = _VERSION.match(text or "")
    if found is None:
        return None
    major, minor, patch, stage, number = found.groups()
    last, count = (_STAGES[stage], int(number)) if stage else _RELEASE
    return int(major), int(minor), int(patch or 0), last, count


def renews_leases(client_version: str | None) -> bool:
    """Whether the client keeps the slot lease of its run alive; one that names no version does not."""
    version = parse(client_version)
    return version is not None and version[:3] >= (3, 4, 11)


def counts_slots_itself(client_version: str | None) -> bool:
    """Whether the client takes and frees the slots of its deployment by itself: 3.0.0rc20 up to 3.0.3."""
    version = parse(client_version)
    return version is not None and (3, 0, 0, 3, 20) <= version <= (3, 0, 3, 4, 0)
