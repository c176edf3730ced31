"""The statements on automations, and how they are filtered and ordered."""

from __future__ import annotations

from collections.abc import Mapping

from prefect._service.filtering.compile import Table
from prefect._store.sql import Queries
from prefect._wire.filters.declare import Filter, criterion

sql = Queries(__file__)

ORDERS: Mapping[str, str] = {
    "CREATED_DESC": "automation.created_us DESC, automation.id DESC",
    "UPDATED_DESC": "automation.updated_us DESC, automation.id DESC",
    "NAME_ASC": "automation.name ASC, automation.id",
    "NAME_DESC": "automation.name DESC, automation.id",
}
TABLE = Table(
    Filter(
        "AutomationFilter",
        {
            "id": criterion("uuid", "any_"),
            "name": criterion("text", "any_"),
            "created": criterion("instant", "before_"),
            "tags": criterion("list", "all_ any_ is_null_", grouped=True),
        },
    ),
    {
        "id": "automation.id",
        "name": "automation.name",
        "created": "automation.created_us",
        "tags": "automation.tags",
    },
    {},
)
