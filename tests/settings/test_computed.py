"""Defaults that follow from other settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from prefect.settings import resolve
from prefect.settings.errors import InvalidSettings


def _read(**environ: str) -> dict[str, Any]:
    return dict(resolve.read({**os.environ, **environ}).values)


@pytest.mark.parametrize("mode", ["PREFECT_DEBUG_MODE", "PREFECT_TEST_MODE"])
def test_debugging_raises_the_log_levels(mode: str) -> None:
    values = _read(**{mode: "1", "PREFECT_LOGGING_LEVEL": "WARNING"})
    assert (values["logging.level"], values["internal.logging_level"]) == ("DEBUG", "DEBUG")


@pytest.mark.parametrize(
    ("environ", "ui_url"),
    [
        ({}, None),
        ({"PREFECT_API_URL": "http://h:1/api"}, "http://h:1"),
        ({"PREFECT_API_URL": "http://h:1/x"}, "http://h:1/x"),
        (
            {"PREFECT_API_URL": "https://api.prefect.cloud/api/accounts/1/workspaces/2"},
            "https://app.prefect.cloud/account/1/workspace/2",
        ),
        ({"PREFECT_API_URL": "http://h", "PREFECT_UI_URL": "http://u"}, "http://u"),
    ],
)
def test_the_address_of_the_ui(environ: dict[str, str], ui_url: str | None) -> None:
    assert _read(**environ)["ui_url"] == ui_url


def test_other_addresses() -> None:
    values = _read(
        PREFECT_CLOUD_API_URL="https://api.stage.example/api",
        PREFECT_SERVER_API_HOST="::1",
        PREFECT_SERVER_API_PORT="99",
    )
    assert values["cloud.ui_url"] == "https://app.stage.example"
    assert values["server.ui.api_url"] == "http://[::1]:99/api"
    assert _read(PREFECT_API_URL="http://h/api")["server.ui.api_url"] == "http://h/api"


def test_paths_below_the_home(home: Path) -> None:
    values = _read(
        PREFECT_RESULTS_LOCAL_STORAGE_PATH="$PREFECT_HOME/y", PREFECT_MEMO_STORE_PATH="${PREFECT_HOME}/z"
    )
    assert values["results.local_storage_path"] == home / "y"
    assert values["server.memo_store_path"] == home / "z"
    assert values["logging.config_path"] == home / "logging.yml"


def test_the_database(home: Path) -> None:
    def url(**environ: str) -> str:
        return _read(**environ)["server.database.connection_url"]

    parts = {
        "PREFECT_SERVER_DATABASE_DRIVER": "postgresql+asyncpg",
        "PREFECT_SERVER_DATABASE_HOST": "h",
        "PREFECT_SERVER_DATABASE_USER": "u",
        "PREFECT_SERVER_DATABASE_NAME": "n",
        "PREFECT_SERVER_DATABASE_PASSWORD": "p@w/d",
    }
    assert url() == f"sqlite+aiosqlite:///{home}/prefect.db"
    assert url(**parts) == "postgresql+asyncpg://u:p%40w%2Fd@h:5432/n"
    sqlite = {"PREFECT_SERVER_DATABASE_DRIVER": "sqlite+aiosqlite", "PREFECT_SERVER_DATABASE_NAME": "/x.db"}
    assert url(**sqlite) == "sqlite+aiosqlite:////x.db"
    given = "postgresql+asyncpg://u:${PREFECT_API_DATABASE_PASSWORD}@h/n"
    assert url(PREFECT_API_DATABASE_CONNECTION_URL=given, PREFECT_API_DATABASE_PASSWORD="x").endswith(
        "u:x@h/n"
    )
    del parts["PREFECT_SERVER_DATABASE_USER"]
    with pytest.raises(InvalidSettings, match=r"server\.database\.user"):
        url(**parts)


def test_sizes_of_logs() -> None:
    assert _read(PREFECT_API_URL="https://api.prefect.cloud/api/x")["logging.to_api.max_log_size"] == 25_000
    with pytest.raises(InvalidSettings, match=r"at most logging\.to_api\.batch_size"):
        _read(PREFECT_LOGGING_TO_API_MAX_LOG_SIZE="5000000")


def test_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/c")
    assert _read()["api.ssl_cert_file"] == "/c"
    assert _read(PREFECT_API_SSL_CERT_FILE="/d")["api.ssl_cert_file"] == "/d"
