"""The database of the server."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class SQLAlchemyTLSSettings(HouseSettings):
    """TLS between the server and its database."""

    model_config = build_settings_config(
        ("server", "database", "sqlalchemy", "connect_args", "tls"), frozen=True
    )

    enabled: bool = of("server.database.sqlalchemy.connect_args.tls.enabled")
    ca_file: str | None = of("server.database.sqlalchemy.connect_args.tls.ca_file")
    cert_file: str | None = of("server.database.sqlalchemy.connect_args.tls.cert_file")
    key_file: str | None = of("server.database.sqlalchemy.connect_args.tls.key_file")
    check_hostname: bool = of("server.database.sqlalchemy.connect_args.tls.check_hostname")


class SQLAlchemyConnectArgsSettings(HouseSettings):
    """Options of a database connection."""

    model_config = build_settings_config(("server", "database", "sqlalchemy", "connect_args"), frozen=True)

    application_name: str | None = of("server.database.sqlalchemy.connect_args.application_name")
    search_path: str | None = of("server.database.sqlalchemy.connect_args.search_path")
    statement_cache_size: int | None = of("server.database.sqlalchemy.connect_args.statement_cache_size")
    prepared_statement_cache_size: int | None = of(
        "server.database.sqlalchemy.connect_args.prepared_statement_cache_size"
    )
    tls: SQLAlchemyTLSSettings = Field(default_factory=SQLAlchemyTLSSettings)


class SQLAlchemySettings(HouseSettings):
    """The pool of database connections."""

    model_config = build_settings_config(("server", "database", "sqlalchemy"), frozen=True)

    connect_args: SQLAlchemyConnectArgsSettings = Field(default_factory=SQLAlchemyConnectArgsSettings)
    pool_size: int = of("server.database.sqlalchemy.pool_size")
    pool_recycle: int = of("server.database.sqlalchemy.pool_recycle")
    pool_timeout: float | None = of("server.database.sqlalchemy.pool_timeout")
    max_overflow: int = of("server.database.sqlalchemy.max_overflow")


class ServerDatabaseSettings(HouseSettings):
    """The database of the server."""

    model_config = build_settings_config(("server", "database"), frozen=True)

    sqlalchemy: SQLAlchemySettings = Field(default_factory=SQLAlchemySettings)
    connection_url: SecretStr | None = of("server.database.connection_url")
    driver: Literal["postgresql+asyncpg", "sqlite+aiosqlite"] | None = of("server.database.driver")
    host: str | None = of("server.database.host")
    port: int | None = of("server.database.port")
    user: str | None = of("server.database.user")
    name: str | None = of("server.database.name")
    password: SecretStr | None = of("server.database.password")
    echo: bool = of("server.database.echo")
    migrate_on_start: bool = of("server.database.migrate_on_start")
    timeout: float | None = of("server.database.timeout")
    connection_timeout: float | None = of("server.database.connection_timeout")
    migration_timeout: float | None = of("server.database.migration_timeout")
