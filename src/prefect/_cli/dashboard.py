"""``prefect dashboard``: the pages of the server in a browser."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Group
from prefect._cli.errors import CommandError

settings: Any = lazy.module("prefect.settings")
webbrowser: Any = lazy.module("webbrowser")

app = Group("dashboard", "Look at the pages of the server.")


@app.command("open")
def open_() -> None:
    """Open the pages of the server in a browser."""
    url = settings.active()["ui_url"]
    if not url:
        raise CommandError(
            "There are no pages without a server: 'prefect server start', and set PREFECT_API_URL."
        )
    if not webbrowser.open_new_tab(url):
        raise CommandError(f"No browser could be opened. The pages are at {url}")
    render.success(f"Opened {url} in the browser.")
