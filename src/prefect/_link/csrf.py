"""Tokens that a server may want to see with each change: where to get them, how to show them."""

from __future__ import annotations

from uuid import uuid4

from prefect._base.jsontext import loads
from prefect._link.reply import Reply

PATH = "/csrf-token"
CLIENT = str(uuid4())
"""The name of this process to servers that hand out tokens."""


def is_missing(reply: Reply) -> bool:
    """Whether a change was refused for want of a token, or of a fresh one."""
    return b"csrf" in reply.body.lower()


def headers(reply: Reply) -> dict[str, str]:
    """What is sent with changes, from the answer that has the token; nothing if it has none."""
    if reply.status >= 300:
        return {}
    return {"Prefect-Csrf-Token": loads(reply.body)["token"], "Prefect-Csrf-Client": CLIENT}
