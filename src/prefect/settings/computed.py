"""Defaults that follow from other settings, and the rules that hold between settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from prefect._base import lazy

urls: Any = lazy.module("urllib.parse")

Values = dict[str, Any]
Refuse = Callable[[str, str], None]  # (setting, what is expected)

_IN_HOME = {
    "profiles_path": "profiles.toml",
    "logging.config_path": "logging.yml",
    "results.local_storage_path": "storage",
    "server.memo_store_path": "memo_store.toml",
}
# the settings of which the default depends on other settings or on the machine
PATHS = frozenset(
    {
        *_IN_HOME,
        "api.ssl_cert_file",
        "cloud.ui_url",
        "logging.to_api.max_log_size",
        "server.database.connection_url",
        "server.ui.api_url",
        "ui_url",
    }
)
_PASSWORDS = {
    "${PREFECT_API_DATABASE_PASSWORD}",
    "${PREFECT_SERVER_DATABASE_PASSWORD}",
}


def complete(values: Values, given: Mapping[str, object], refuse: Refuse) -> None:
    """Fill in what follows from other settings; `given` are the settings that somebody set.

    Calls `refuse` for a combination that cannot work.
    """
    places(values)
    if values["debug_mode"] or values["testing.test_mode"]:
        values["logging.level"] = values["internal.logging_level"] = "DEBUG"
    if values["api.ssl_cert_file"] is None:
        values["api.ssl_cert_file"] = os.environ.get("SSL_CERT_FILE")
    _addresses(values, given)
    _database(values, refuse)
    _log_sizes(values, given, refuse)


def connected_to_cloud(values: Mapping[str, Any]) -> bool:
    url = values["api.url"]
    return url is not None and url.startswith(values["cloud.api_url"])


def places(values: Values) -> None:
    """Put the paths that lie in the home in their place."""
    home: Path = values["home"]
    for path in _IN_HOME:
        if values[path] is None:
            values[path] = home / _IN_HOME[path]
        elif "$" in str(values[path]):
            values[path] = Path(_with_home(str(values[path]), home))


def _with_home(text: str, home: Path) -> str:
    return text.replace("${PREFECT_HOME}", str(home)).replace("$PREFECT_HOME", str(home))


def _addresses(values: Values, given: Mapping[str, object]) -> None:
    url: str | None = values["api.url"]
    cloud_api: str = values["cloud.api_url"]
    if "cloud.ui_url" not in given and values["cloud.ui_url"] is None:
        values["cloud.ui_url"] = cloud_api.replace("https://api.", "https://app.", 1).removesuffix("/api")
    if values["ui_url"] is None and url is not None:
        if connected_to_cloud(values) and values["cloud.ui_url"] is not None:
            shown = values["cloud.ui_url"] + url[len(cloud_api) :]
            values["ui_url"] = shown.replace("/accounts/", "/account/").replace("/workspaces/", "/workspace/")
        else:
            values["ui_url"] = url.removesuffix("/").removesuffix("/api")
    if values["server.ui.api_url"] is None:
        host = values["server.api.host"]
        host = f"[{host}]" if ":" in host else host
        values["server.ui.api_url"] = url or f"http://{host}:{values['server.api.port']}/api"


def _database(values: Values, refuse: Refuse) -> None:
    name = "server.database.connection_url"
    url: str | None = values[name]
    if url is None:
        url = _database_url(values, refuse)
    password = values["server.database.password"]
    if password is not None:
        for placeholder in _PASSWORDS:
            url = url.replace(placeholder, password)
    values[name] = _with_home(url, values["home"])


def _database_url(values: Values, refuse: Refuse) -> str:
    parts = {
        part: values[f"server.database.{part}"]
        for part in ("driver", "host", "port", "user", "name", "password")
    }
    if parts["driver"] == "postgresql+asyncpg":
        missing = [
            f"server.database.{part}" for part in ("host", "user", "name", "password") if not parts[part]
        ]
        if missing:
            refuse(
                "server.database.driver", f"also values for {', '.join(missing)}, or a connection URL instead"
            )
            return ""
        user, password = urls.quote(parts["user"], safe=""), urls.quote(parts["password"], safe="")
        return (
            f"{parts['driver']}://{user}:{password}@{parts['host']}:{parts['port'] or 5432}/{parts['name']}"
        )
    file = parts["name"] if parts["driver"] is not None and parts["name"] else values["home"] / "prefect.db"
    return f"sqlite+aiosqlite:///{file}"


def _log_sizes(values: Values, given: Mapping[str, object], refuse: Refuse) -> None:
    if connected_to_cloud(values) and "logging.to_api.max_log_size" not in given:
        values["logging.to_api.max_log_size"] = values["cloud.max_log_size"]
    if values["logging.to_api.max_log_size"] > values["logging.to_api.batch_size"]:
        refuse("logging.to_api.max_log_size", "at most logging.to_api.batch_size")
