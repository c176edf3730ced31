"""What a browser sees outside of the API while there is no web UI beside it."""

from __future__ import annotations

from prefect._api.exchange import HTML, Answer, Request
from prefect._base.version import __version__

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Prefect server</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 4em auto }}</style>
<h1>The server is running</h1>
<p>This is version {version}. The API is at <a href="{api}/health">{api}</a>, its description at
<a href="/docs">/docs</a>.</p>
<p>The web UI is not part of this installation. To build it, run <code>make ui</code> in a checkout of the
source (Node.js is needed) and install the package from there.</p>
</html>
"""


def welcome(api_path: str) -> Answer:
    """The page at the root of the server."""
    return Answer(200, _PAGE.format(version=__version__, api=api_path).encode(), HTML)


def docs(_: Request) -> Answer:
    """The page that lets people try the endpoints."""
    from fastapi.openapi.docs import get_swagger_ui_html

    page = get_swagger_ui_html(openapi_url="/openapi.json", title="Prefect REST API")
    return Answer(200, bytes(page.body), HTML)
