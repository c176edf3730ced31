"""Addresses that are shown to people."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def strip_auth_from_url(url: str) -> str:
    """`url` without the name and the password that it may carry."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
