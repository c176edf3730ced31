"""Where a PostgreSQL database is, as URLs and settings say it, and what may be shown of that."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from prefect._base.errors import StoreUnavailable

SCHEMES = frozenset({"postgresql", "postgres"})
# what SQLAlchemy's driver would take as its own, in the words of ours
_SECONDS = {"timeout": "timeout", "command_timeout": "command_timeout", "connect_timeout": "timeout"}
_TLS_PATHS = frozenset({"sslrootcert", "sslcert", "sslkey", "sslcrl"})
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


@dataclass(frozen=True, slots=True)
class Address:
    """How to connect. `shown` names the place without user and password."""

    dsn: str = field(repr=False)
    shown: str
    connect: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    """Options of the driver."""
    statement_s: float | None = 10.0
    """How long a statement may take."""
    patience_s: float = 5.0
    """How long to try to connect before telling whoever waits."""
    pool_size: int = 15
    migrates: bool = True


def parse(url: str, settings: Mapping[str, Any] | None = None) -> Address:
    """The address that a connection URL and the settings name. Raises `StoreUnavailable`."""
    values = settings or {}
    parts = urlsplit(url)
    if parts.scheme.partition("+")[0] not in SCHEMES:
        raise _wrong(f"{parts.scheme}://...", "is of no known kind.")
    shown = show(url)
    options, kept = _options(parts.query, shown)
    connect: dict[str, Any] = {**options}
    if (context := _tls(values)) is not None and "ssl" not in connect:
        connect["ssl"] = context
    prefix = "server.database.sqlalchemy."
    size = values.get(f"{prefix}connect_args.statement_cache_size")
    connect["statement_cache_size"] = 512 if size is None else size
    server = connect.setdefault("server_settings", {})
    server.setdefault("application_name", values.get(f"{prefix}connect_args.application_name") or "prefect")
    if path := values.get(f"{prefix}connect_args.search_path"):
        server["search_path"] = path
    connect_s = values.get("server.database.connection_timeout")
    connect.setdefault("timeout", connect_s or 5.0)
    return Address(
        urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(kept, quote_via=quote), "")),
        shown,
        connect,
        statement_s=connect.pop("command_timeout", values.get("server.database.timeout", 10.0)),
        patience_s=connect_s or 5.0,
        pool_size=max(1, values.get(f"{prefix}pool_size", 5) + values.get(f"{prefix}max_overflow", 10)),
        migrates=values.get("server.database.migrate_on_start", True),
    )


def show(url: str) -> str:
    """A URL without user, password and options."""
    parts = urlsplit(url)
    return f"postgresql://{parts.netloc.rpartition('@')[2] or 'localhost'}{unquote(parts.path)}"


def _options(query: str, shown: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """What the query of a URL says: options for the driver, and what it reads from the URL itself."""
    options: dict[str, Any] = {}
    kept: list[tuple[str, str]] = []
    server: dict[str, str] = {}
    for name, value in parse_qsl(query):
        if name in ("ssl", "sslmode"):
            mode = {"true": "require", "false": "disable"}.get(value.lower(), value)
            if mode not in _SSL_MODES:
                raise _wrong(shown, f"has {name}={value!r}; there are {', '.join(_SSL_MODES)}.")
            kept.append(("sslmode", mode))
        elif name in _SECONDS:
            options[_SECONDS[name]] = _number(name, value, shown)
        elif name in ("prepared_statement_cache_size", "statement_cache_size"):
            continue  # said by a setting of its own
        elif name in ("application_name", "search_path", "options", "timezone"):
            server[name] = value
        else:
            kept.append((name, value))
    if server:
        options["server_settings"] = server
    return options, kept


def _number(name: str, value: str, shown: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise _wrong(shown, f"has {name}={value!r}, which is no number of seconds.") from None


def _tls(values: Mapping[str, Any]) -> ssl.SSLContext | None:
    prefix = "server.database.sqlalchemy.connect_args.tls."
    if not values.get(f"{prefix}enabled"):
        return None
    context = ssl.create_default_context(cafile=values.get(f"{prefix}ca_file"))
    context.check_hostname = bool(values.get(f"{prefix}check_hostname", True))
    if certificate := values.get(f"{prefix}cert_file"):
        context.load_cert_chain(certificate, values.get(f"{prefix}key_file"))
    return context


def _wrong(shown: str, problem: str) -> StoreUnavailable:
    return StoreUnavailable(
        shown,
        problem,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL is like postgresql+asyncpg://user:password@host:5432/name.",
    )
