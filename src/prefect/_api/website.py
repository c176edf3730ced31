"""The web UI as the server hands it out: the index page for every address of a page, and the files it needs.

The files were compressed when the UI was built; their names change with their content, so browsers keep them.
"""

from __future__ import annotations

import html
import mimetypes
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from prefect._api import pages
from prefect._api.exchange import HTML, Answer, Request
from prefect._api.problems import NOT_FOUND
from prefect._base.version import __version__

BUILT = Path(__file__).parent / "static"
_ENCODINGS = (("br", b"br"), ("gz", b"gzip"))
_KEPT = (b"cache-control", b"public, max-age=31536000, immutable")
_ASKED_EACH_TIME = (b"cache-control", b"no-cache")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


class Website:
    """The UI of one server, mounted below the path that the settings name.

    `values` are the settings; `api_path` is where the API is on this server. The page asks the server that it
    came from, by a relative address, unless another one was `given` in the settings.
    """

    def __init__(self, values: Mapping[str, Any], given: Collection[str], api_path: str) -> None:
        self.base = "/" + (values["server.ui.serve_base"] or "/").strip("/")
        self._folder = Path(values["server.ui.static_directory"] or BUILT)
        self._is_on = bool(values["server.ui.enabled"])
        self._api_path = api_path
        other: str | None = values["server.ui.api_url"] if "server.ui.api_url" in given else None
        self._api_url = (other or api_path).rstrip("/")
        self._boot = {
            "base": "" if self.base == "/" else self.base,
            "api": self._api_url,
            "auth": "BASIC" if values["server.api.auth_string"] else None,
            "csrf": bool(values["server.api.csrf_protection_enabled"]),
            "version": __version__,
        }
        self._index: Answer | None = None

    def answer(self, request: Request) -> Answer:
        """The answer to a GET of something outside of the API."""
        path = request.path
        if not self._is_on:
            return pages.welcome(self._api_path) if path == "/" else NOT_FOUND
        if self.base != "/":
            if path == "/":
                return _to(f"{self.base}/")
            if path != self.base and not path.startswith(f"{self.base}/"):
                return NOT_FOUND
            path = path[len(self.base) :] or "/"
        if path == "/v2" or path.startswith("/v2/"):  # addresses that are in bookmarks and old messages
            query = (request.scope.get("query_string") or b"").decode("latin-1")
            target = ("" if self.base == "/" else self.base) + (path[3:] or "/")
            return _to(f"{target}?{query}" if query else target)
        if "." in path.rpartition("/")[2]:
            found = self._file(request, path)
            if found is not None:
                return found
        return self._page()

    def _file(self, request: Request, path: str) -> Answer | None:
        """A built file, in the smallest form that the browser takes; None if there is none of that name."""
        file = (self._folder / unquote(path).lstrip("/")).resolve()
        if not file.is_relative_to(self._folder.resolve()) or not file.is_file() or file.name == "index.html":
            return NOT_FOUND if path.startswith("/assets/") else None
        kind = (mimetypes.guess_type(file.name)[0] or "application/octet-stream").encode()
        headers = [_KEPT if path.startswith("/assets/") else _ASKED_EACH_TIME]
        accepted = request.headers.get(b"accept-encoding", b"")
        for suffix, name in _ENCODINGS:
            smaller = file.with_name(f"{file.name}.{suffix}")
            if name in accepted and smaller.is_file():
                headers += [(b"content-encoding", name), (b"vary", b"Accept-Encoding")]
                return Answer(200, smaller.read_bytes(), kind, tuple(headers))
        return Answer(200, file.read_bytes(), kind, tuple(headers))

    def _page(self) -> Answer:
        """The index page, with what the UI has to know before its first request."""
        if self._index is None:
            file = self._folder / "index.html"
            if not file.is_file():
                return pages.welcome(self._api_path)
            base = html.escape("/" if self.base == "/" else f"{self.base}/", quote=True)
            # "<" could end the script that holds it
            boot = orjson.dumps(self._boot).decode().replace("<", "\\u003c")
            text = file.read_text(encoding="utf-8")
            text = text.replace("<!--base-->", f'<base href="{base}" />', 1)
            text = text.replace('id="boot"></script>', f'id="boot">{boot}</script>', 1)
            headers = (
                _ASKED_EACH_TIME,
                (b"content-security-policy", self._policy().encode("latin-1")),
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"same-origin"),
            )
            self._index = Answer(200, text.encode(), HTML, headers)
        return self._index

    def _policy(self) -> str:
        """What the page may load: nothing of other hosts but pictures that artifacts show."""
        api = urlsplit(self._api_url)
        other = f" {api.scheme}://{api.netloc}" if api.netloc else ""
        return (
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: http: https:;"
            f" connect-src 'self'{other}; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
        )


def _to(path: str) -> Answer:
    return Answer(308, b"", b"", ((b"location", path.encode("utf-8")),))
