"""Limits between their forms: rows of the store, values of the core, JSON of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._core import limits
from prefect._core.limits import Limit
from prefect._wire.operation import JsonObject

Row = Mapping[str, Any]
TAG = "tag:"


def limit(row: Row, now_us: int) -> Limit:
    """The limit of `row` as it stands at `now_us`."""
    return limits.decayed(
        Limit(
            row["id"],
            row["name"],
            row["slot_limit"],
            bool(row["active"]),
            row["active_slots"],
            row["denied_slots"],
            row["slot_decay_per_second"],
            row["avg_slot_occupancy_seconds"],
            row["decayed_us"],
        ),
        now_us,
    )


def whole(row: Row, now_us: int) -> JsonObject:
    """All that is known of a limit, as the answer to its creation."""
    return {
        **answer(row, now_us),
        "denied_slots": row["denied_slots"],
        "avg_slot_occupancy_seconds": row["avg_slot_occupancy_seconds"],
    }


def answer(row: Row, now_us: int) -> JsonObject:
    """A limit as the API answers it."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "active": bool(row["active"]),
        "name": row["name"],
        "limit": row["slot_limit"],
        "active_slots": limit(row, now_us).active_slots,
        "slot_decay_per_second": row["slot_decay_per_second"],
    }


def minimal(row: Row) -> JsonObject:
    """What is answered of the limits that a request took slots of."""
    return {"id": row["id"], "name": row["name"], "limit": row["slot_limit"]}
