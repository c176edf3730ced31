"""What automations set off with their own events: no automation comes round to itself.

The events that tell of an automation name all those in their payload, under `CHAIN`, without which they
would not be.
"""

from __future__ import annotations

from typing import Any, cast

from prefect._wire.operation import JsonObject

CHAIN = "chain"
_PREFIX = "prefect.automation."
_CAUSE = "triggering_event"


def of(event: JsonObject | None) -> list[str]:
    """The automations that have a part in an event, by their ids; the last one tells of itself."""
    if event is None or not event["event"].startswith(_PREFIX):
        return []
    payload: JsonObject = event["payload"] or {}
    found: Any = payload.get(CHAIN)
    return [str(each) for each in cast("list[Any]", found)] if isinstance(found, list) else []


def shortened(event: JsonObject) -> JsonObject:
    """The event with that by which it was triggered, but not with all those before.

    Otherwise each event of a chain would hold all that went before, and outgrow what can be stored.
    """
    if not event["event"].startswith(_PREFIX):
        return event
    cause = _object(event["payload"], _CAUSE)
    before = _object(cause, "payload")
    if _CAUSE not in before:
        return event
    kept = {key: value for key, value in before.items() if key != _CAUSE}
    return {**event, "payload": {**event["payload"], _CAUSE: {**cause, "payload": kept}}}


def _object(value: JsonObject | None, key: str) -> JsonObject:
    found: Any = (value or {}).get(key)
    return cast("JsonObject", found) if isinstance(found, dict) else {}
