"""``prefect api``: send one request to the API and print the answer, for scripts and for looking around."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Command, Flag
from prefect._cli.errors import CommandError, UsageError

refusals: Any = lazy.module("prefect._link.refusals")
asyncio: Any = lazy.module("asyncio")
httpx: Any = lazy.module("httpx")
settings: Any = lazy.module("prefect.settings")
stores: Any = lazy.module("prefect._store.current")
server: Any = lazy.module("prefect._api.app")
transport: Any = lazy.module("prefect._link.transport")

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
REFUSED, WRONG, BROKEN, UNREACHABLE = 3, 4, 5, 7
# where the embedded API is said to be; nothing is sent anywhere
_EMBEDDED = "http://embedded"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def request(
    method: Annotated[str, Flag(help=f"{', '.join(METHODS)}.")],
    path: Annotated[str, Flag(help="The path below the API, such as /flows/filter.")],
    *,
    data: Annotated[str | None, Flag(help="The body: JSON, @FILE, or @- for standard input.")] = None,
    headers: Annotated[
        list[str] | None, Flag("-H", "--header", help="One more header, as 'Name: value'.")
    ] = None,
    verbose: Annotated[
        bool, Flag("-v", "--verbose", help="Also show what is sent, and the headers of the answer.")
    ] = False,
    root: Annotated[bool, Flag(help="The path is below the root of Prefect Cloud's API.")] = False,
    account: Annotated[bool, Flag(help="The path is below the account of Prefect Cloud.")] = False,
) -> None:
    """Send a request to the API and print the answer.

    The exit code says how it went: 3 for refused credentials, 4 for a wrong request, 5 for a failure of the
    server, 7 when it cannot be reached.
    """
    verb = method.upper()
    if verb not in METHODS:
        raise UsageError(f"METHOD has to be one of {', '.join(METHODS)}, not {method!r}.")
    values = settings.active()
    content = _body(data, verb)
    given = {"Content-Type": "application/json"} if content is not None else {}
    given |= transport.credentials(values) | _headers(headers or [])
    answer = asyncio.run(_answer(values, verb, path, root, account, content, given, verbose))
    if verbose:
        render.aside(f"< {answer.status_code} {answer.reason_phrase}")
        _show_headers("<", answer.headers)
    if answer.status_code >= 400:
        _show(answer, sys.stderr)
        hint = f". {refusals.CREDENTIALS}" if answer.status_code == 401 else ""
        told = f"{answer.status_code} {answer.reason_phrase}{hint}"
        raise CommandError(told, _code(answer.status_code), True)
    _show(answer, sys.stdout)


app = Command("api", request)


async def _answer(
    values: Any,
    verb: str,
    path: str,
    root: bool,
    account: bool,
    content: bytes | None,
    headers: dict[str, str],
    verbose: bool,
) -> Any:
    url = values["api.url"]
    if url is None and (root or account):
        raise CommandError("--root and --account are for Prefect Cloud, and PREFECT_API_URL names no server.")
    if url is None:
        application = server.App(stores.store())
        way = httpx.ASGITransport(application)
        target = f"{_EMBEDDED}{application.api_path}/{path.lstrip('/')}"
    else:
        way = httpx.AsyncHTTPTransport(verify=transport.verification(values))
        target = f"{_base(values, root, account)}/{path.lstrip('/')}"
    async with httpx.AsyncClient(
        transport=way, timeout=values["api.request_timeout"], follow_redirects=True
    ) as client:
        made = client.build_request(verb, target, content=content, headers=headers)
        if verbose:
            render.aside(f"> {verb} {made.url}")
            _show_headers(">", made.headers)
        try:
            return await client.send(made)
        except (httpx.TransportError, OSError) as bad:
            raise CommandError(
                f"Could not reach the API at {target}: {bad or type(bad).__name__}."
                " Check PREFECT_API_URL, and whether the server runs.",
                UNREACHABLE,
                True,
            ) from bad


def _base(values: Any, root: bool, account: bool) -> str:
    url: str = values["api.url"].rstrip("/")
    if not root and not account:
        return url
    head, found, rest = url.partition("/accounts/")
    if not url.startswith(values["cloud.api_url"].rstrip("/")) or not found:
        raise CommandError(
            "--root and --account are for Prefect Cloud; the paths of a server of your own begin at"
            " PREFECT_API_URL."
        )
    return head if root else f"{head}/accounts/{rest.partition('/')[0]}"


def _body(data: str | None, verb: str) -> bytes | None:
    if data is None:
        return b"{}" if verb in _WITH_BODY else None
    if data == "@-":
        text = sys.stdin.read()
    elif data.startswith("@"):
        try:
            text = Path(data[1:]).read_text(encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{data[1:]} cannot be read: {error.strerror}.", to_stderr=True) from None
    else:
        text = data
    try:
        json.loads(text)
    except ValueError as error:
        raise CommandError(f"--data is not JSON: {error}.", to_stderr=True) from None
    return text.encode()


def _headers(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        name, colon, value = each.partition(":")
        if not colon or not name.strip():
            raise CommandError(f"{each!r} is no header; write it as 'Name: value'.", to_stderr=True)
        found[name.strip()] = value.strip()
    return found


def _show_headers(mark: str, headers: Any) -> None:
    for name, value in headers.items():
        shown = "***" if name.lower() == "authorization" else value
        render.aside(f"{mark} {name}: {shown}")


def _show(answer: Any, file: Any) -> None:
    """The body: JSON indented for people, and as it came for programs."""
    text: str = answer.text
    if file.isatty() and "json" in answer.headers.get("content-type", ""):
        text = json.dumps(answer.json(), indent=2, ensure_ascii=False)
    if text:
        print(text, file=file)


def _code(status: int) -> int:
    if status in (401, 403):
        return REFUSED
    return BROKEN if status >= 500 else WRONG
