"""Keeping credentials out of messages."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LOGIN = re.compile(r"\b(https?://)[^\s/@'\"]*@")


def strip_auth_from_urls_in_text(text: str, extra_secrets: Iterable[str] | None = None) -> str:
    """`text` without the logins in its addresses, and with stars in the place of other secrets."""
    stripped = _LOGIN.sub(r"\1", text)
    for secret in sorted({s for s in extra_secrets or () if s}, key=len, reverse=True):
        stripped = stripped.replace(secret, "***")
    return stripped
