"""The second store: PostgreSQL, for servers and for many of them on one database."""

from prefect._store.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
