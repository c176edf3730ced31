"""The endpoints that belong to no resource: is it there, is it ready, which version."""

from __future__ import annotations

from typing import Any

from prefect._api import reading
from prefect._api.backend import Backend
from prefect._api.exchange import Answer, Request, json_answer
from prefect._api.keeping import Keeping
from prefect._api.problems import RETRY_LATER, UNAVAILABLE
from prefect._api.routes import Handler
from prefect._base import lazy
from prefect._base.errors import StoreError
from prefect._base.version import API_VERSION, __version__
from prefect._store.sql import Statement
from prefect._store.store import Tx

settings: Any = lazy.module("prefect.settings")

# served to everybody, whatever secret the server has
OPEN = frozenset({"/health", "/ready"})
# answered before the version of the client's protocol is looked at
UNVERSIONED = frozenset({"/health", "/ready", "/version", "/hello"})

_PING = Statement("ping", "SELECT 1 AS one", "Whether the database answers.")


def handlers(backend: Backend, keeping: Keeping | None) -> list[tuple[str, str, Handler]]:
    """Method, path below the API and handler of each."""

    async def _ready(_: Request) -> Answer:
        try:
            await reading.read(backend.store, _ping)
        except StoreError:
            return UNAVAILABLE
        if keeping is None:
            return json_answer({"message": "OK"})
        if failing := keeping.failing():
            reasons = "; ".join(f"{report.name}: {report.why}" for report in failing)
            told = {"message": f"Keepers fail: {reasons}", "keepers": keeping.told()}
            return json_answer(told, 503, RETRY_LATER)
        return json_answer({"message": "OK", "keepers": keeping.told()})

    return [
        ("GET", "/health", _constant(True)),
        ("GET", "/version", _constant(API_VERSION)),
        ("GET", "/admin/version", _constant(__version__)),
        ("GET", "/hello", _constant("👋")),
        ("GET", "/ready", _ready),
    ]


async def ui_settings(_: Request) -> Answer:
    """What the web UI asks for before it asks the API."""
    values = settings.active()
    base = values["server.ui.serve_base"]
    return json_answer(
        {
            "api_url": values["server.ui.api_url"],
            "csrf_enabled": values["server.api.csrf_protection_enabled"],
            "auth": "BASIC" if values["server.api.auth_string"] else None,
            "flags": [],
            "default_ui": "v1",
            "available_uis": [],
            "v1_base_url": base,
            "v2_base_url": f"{base.rstrip('/')}/v2",
        }
    )


def _constant(value: Any) -> Handler:
    answer = json_answer(value)

    async def _answer(_: Request) -> Answer:
        return answer

    return _answer


async def _ping(tx: Tx) -> None:
    await tx.one(_PING)
