"""Giving tokens, and comparing those that are shown."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from prefect._base import lazy
from prefect._base.clock import to_iso
from prefect._base.errors import Invalid
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")
sql = Queries(__file__)


async def token(unit: Unit, *, client: str) -> JsonObject:
    """A new token for `client`; raises `Invalid` while protection is off."""
    values = settings.active()
    if not values["server.api.csrf_protection_enabled"]:
        raise Invalid("CSRF protection is disabled.")
    lasts_s: float = values["server.api.csrf_token_expiration"].total_seconds()
    await unit.run(
        sql.token_put,
        client=client,
        id=unit.new_id(),
        now_us=unit.now_us,
        token=secrets.token_hex(32),
        expires_us=unit.now_us + round(lasts_s * 1e6),
    )
    row = await unit.one(sql.token_of, client=client)
    assert row is not None
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "token": row["token"],
        "client": row["client"],
        "expiration": to_iso(row["expires_us"]),
    }


async def is_valid(unit: Unit, *, client: str, shown: str) -> bool:
    """Whether `shown` is the token of `client`, and still good."""
    row = await unit.one(sql.token_of, client=client)
    if row is None or row["expires_us"] <= unit.now_us:
        return False
    return hmac.compare_digest(row["token"].encode(), shown.encode())
