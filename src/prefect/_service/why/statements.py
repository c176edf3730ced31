"""The named statements of this resource, read once."""

from __future__ import annotations

from prefect._store.sql import Queries

sql = Queries(__file__)
