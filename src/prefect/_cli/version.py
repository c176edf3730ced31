"""``prefect version``: what is installed here and how it is set up, found without importing any of it."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from typing import Annotated, Any

from prefect._base import lazy
from prefect._base.version import API_VERSION, __version__
from prefect._cli import render
from prefect._cli.command import Command, Flag

current: Any = lazy.module("prefect.settings.current")
sqlite3: Any = lazy.module("sqlite3")

_DIST_INFO = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)\.dist-info")


def version(
    *, omit_integrations: Annotated[bool, Flag(help="Leave out the installed integrations.")] = False
) -> None:
    """Say which version this is, and what it runs with."""
    installed = dict(_installed())
    settings = current.snapshot()
    rows = [
        ("Version", __version__),
        ("API version", API_VERSION),
        ("Python version", platform.python_version()),
        ("OS/Arch", f"{sys.platform}/{platform.machine()}"),
        ("Profile", settings.profile),
        ("Server type", _server_type(settings.values)),
        ("Pydantic version", installed.get("pydantic", "not found")),
    ]
    for name, value in rows:
        _pair(name, value)
    url: str = settings.values["server.database.connection_url"]
    database = re.split(r"[+:]", url, maxsplit=1)[0]
    render.line("Server:")
    _pair("  Database", database)
    if database == "sqlite":
        _pair("  SQLite version", sqlite3.sqlite_version)
    integrations = sorted((name, found) for name, found in installed.items() if name.startswith("prefect-"))
    if integrations and not omit_integrations:
        render.line("Integrations:")
        for name, found in integrations:
            _pair(f"  {name}", found)


def _pair(name: str, value: str) -> None:
    render.line(f"{name + ':':<20}  {value}")


def _server_type(values: Any) -> str:
    url: str | None = values["api.url"]
    if url is None:
        return "ephemeral"
    return "cloud" if url.startswith(values["cloud.api_url"]) else "server"


def _installed() -> Iterator[tuple[str, str]]:
    """Installed distributions with their versions, the first on the path last: it is the one that is
    imported.
    """
    for folder in reversed(sys.path):
        try:
            entries = os.listdir(folder or ".")
        except OSError:
            continue
        for entry in entries:
            match = _DIST_INFO.fullmatch(entry)
            if match is not None:
                yield match["name"].replace("_", "-").lower(), match["version"]


app = Command("version", version)
