"""Servers that give ids to flow runs and lines of log themselves, and take none from a client.

The id that a client made keeps a repeated request from making a second run. There the run is created under an
idempotency key, which does the same. Lines of log go without.
"""

from __future__ import annotations

from typing import Any

import orjson

from prefect._link.reply import Reply
from prefect._wire.operation import Operation

Json = dict[str, Any]


def without_id(body: Json) -> Json:
    """The body that creates the same run on a server that takes no id."""
    return {"idempotency_key": body["id"], **{name: body[name] for name in body if name != "id"}}


def line_without_id(text: bytes) -> bytes:
    line = orjson.loads(text)
    line.pop("id", None)
    return orjson.dumps(line)


def has_id(operation: Operation, body: Any) -> bool:
    return operation.name == "flow_runs.create" and isinstance(body, dict) and "id" in body


def refuses_id(reply: Reply) -> bool:
    """Whether the answer says that there is no such field as `id`."""
    if reply.status != 422:
        return False
    try:
        details: Any = orjson.loads(reply.body)["exception_detail"]
        return any(
            detail["type"] == "extra_forbidden" and tuple(detail["loc"])[-1] == "id" for detail in details
        )
    except (ValueError, TypeError, LookupError):  # not the refusal of a body
        return False
