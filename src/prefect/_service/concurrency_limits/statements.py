"""The statements about concurrency limits."""

from prefect._store.sql import Queries

sql = Queries(__file__)
