"""Sending what an automation wants sent, by the block that it names."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Protocol, cast

from prefect.blocks._documents import from_document
from prefect.blocks.abstract import NotificationBlock, NotificationError
from prefect.blocks.core import Block
from prefect.blocks.webhook import Webhook

_MOST_BODY = 1_000


class Outgoing(Protocol):
    """What is sent, by the block of which document."""

    @property
    def kind(self) -> str: ...
    @property
    def document(self) -> dict[str, Any]: ...
    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...


def send(outgoing: Outgoing) -> dict[str, Any]:
    """Send it, and answer what is told of that. Raises whatever keeps it from arriving."""
    block = from_document(Block, outgoing.document, True)
    if outgoing.kind == "webhook":
        if not isinstance(block, Webhook):
            raise TypeError(f"The block {outgoing.document['name']!r} is no webhook.")
        return asyncio.run(_call(block, outgoing.body))
    if not isinstance(block, NotificationBlock):
        raise TypeError(f"The block {outgoing.document['name']!r} cannot send notifications.")
    asyncio.run(_notify(block, outgoing.subject, outgoing.body))
    return {}


async def _notify(block: Any, subject: str, body: str) -> None:
    try:
        with block.raise_on_failure():
            await getattr(block, "anotify", block.notify)(body, subject)
    except NotificationError as error:
        raise RuntimeError(f"The notification was not taken: {error.log}") from error


def _payload(body: str) -> dict[str, Any] | str:
    """A JSON object as such, any other text as it is."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        return body
    return cast("dict[str, Any]", found) if isinstance(found, dict) else body


async def _call(block: Webhook, body: str) -> dict[str, Any]:
    response: Any = await block.call(payload=_payload(body))
    if response.status_code >= 400:
        raise RuntimeError(f"The webhook answered {response.status_code}: {response.text[:_MOST_BODY]}")
    return {
        "status_code": response.status_code,
        "response_body": response.text[:_MOST_BODY],
        "response_headers": dict(response.headers),
    }
