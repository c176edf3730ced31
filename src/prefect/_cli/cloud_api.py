"""Requests to the hosted service, for commands of ``prefect cloud``. Nothing is sent unless one is called."""

from __future__ import annotations

import os
import re
from typing import Any

from prefect._base import lazy
from prefect._cli.errors import CommandError

httpx: Any = lazy.module("httpx")
settings: Any = lazy.module("prefect.settings")
resolve: Any = lazy.module("prefect.settings.resolve")
transport: Any = lazy.module("prefect._link.transport")

_PLACE = re.compile(r"/accounts/([^/]{36})/workspaces/([^/]{36})")


def ask(method: str, path: str, *, key: str | None = None, **options: Any) -> Any:
    """The JSON answer of the hosted service, None if it is empty. Raises `CommandError`."""
    values = settings.active()
    key = key or values["api.key"]
    if not key:
        raise not_logged_in()
    url = f"{values['cloud.api_url'].rstrip('/')}{path}"
    try:
        answer = httpx.request(
            method,
            url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=values["api.request_timeout"],
            verify=transport.verification(values),
            **options,
        )
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as bad:
        raise CommandError(
            f"Could not reach Prefect Cloud at {values['cloud.api_url']}: {bad or type(bad).__name__}."
            " Check the network and PREFECT_CLOUD_API_URL."
        ) from bad
    if answer.status_code in (401, 403):
        raise CommandError(
            "Prefect Cloud refuses the key, or what it may do. 'prefect cloud login' takes another one."
        )
    if answer.status_code == 404:
        raise CommandError(f"Prefect Cloud knows nothing at {path}. Check the id, and the workspace.")
    if answer.status_code >= 400:
        raise CommandError(f"Prefect Cloud answers {answer.status_code}: {answer.text[:300]}")
    return answer.json() if answer.content else None


def not_logged_in() -> CommandError:
    profile = resolve.active_profile_name(os.environ)
    return CommandError(
        f"Currently not authenticated in profile '{profile}'. Please log in with 'prefect cloud login'."
    )


def current() -> tuple[str, str]:
    """The ids of the account and of the workspace that the settings name. Raises `CommandError`."""
    values = settings.active()
    if not values["api.key"]:
        raise not_logged_in()
    found = _PLACE.search(values["api.url"] or "")
    if found is None or not values["api.url"].startswith(values["cloud.api_url"].rstrip("/")):
        raise CommandError("No workspace is chosen. 'prefect cloud workspace set' chooses one.")
    return found[1], found[2]


def account() -> str:
    """The path of the account that the settings name."""
    return f"/accounts/{current()[0]}"


def workspace() -> str:
    """The path of the workspace that the settings name."""
    return "/accounts/{}/workspaces/{}".format(*current())
