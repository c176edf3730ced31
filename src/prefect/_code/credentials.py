"""What logs in to a Git server, and how it is told to Git without showing up in arguments or files."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast
from urllib.parse import quote, urlsplit

from prefect._base import lazy

documents: Any = lazy.module("prefect.blocks._documents")

_LOGIN = re.compile(r"(?<=://)[^/\s@]+@")
_USER_OF_A_TOKEN = {"gitlab": "oauth2", "bitbucket": "x-token-auth"}
"""Part of the host -> the user name that a bare token goes with."""


class GitCredentials(TypedDict, total=False):
    """A user name, and the token or password that goes with it."""

    username: NotRequired[str]
    access_token: NotRequired[Any]


def require_complete(credentials: Any) -> None:
    """Raise `ValueError` for a user name without a secret."""
    if isinstance(credentials, Mapping):
        given = cast("Mapping[str, Any]", credentials)
        if given.get("username") and not (given.get("access_token") or given.get("password")):
            raise ValueError("If a username is provided, an access token or password must also be provided.")


def login(url: str, credentials: Any) -> str | None:
    """``user:secret`` for the server of `url`, ready for an address; None without credentials."""
    if credentials is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    named = getattr(credentials, "format_git_credentials", None)
    if named is not None:  # a block of an integration, which answers with the whole address
        address: str = named(url)
        return urlsplit(address).netloc.rpartition("@")[0] or None
    user, secret = _parts(credentials)
    if secret is None:
        return None
    if ":" in secret and user is None:
        return secret
    if user is None:
        host = urlsplit(url).hostname or ""
        user = next((name for part, name in _USER_OF_A_TOKEN.items() if part in host), None)
    quoted = quote(secret, safe="")
    return f"{quote(user, safe='')}:{quoted}" if user else quoted


def _parts(credentials: Any) -> tuple[str | None, str | None]:
    if isinstance(credentials, Mapping):
        given = cast("Mapping[str, Any]", credentials)
        user, secret = given.get("username"), given.get("access_token") or given.get("password")
    elif hasattr(credentials, "get") and hasattr(credentials, "value"):  # a Secret block
        value = _revealed(credentials)
        if isinstance(value, Mapping):
            return _parts(value)
        user, secret = None, value
    else:
        user = getattr(credentials, "username", None)
        named = (getattr(credentials, name, None) for name in ("access_token", "token", "password"))
        secret = next((value for value in named if value is not None), None)
    return user, None if secret is None else str(_revealed(secret))


def _revealed(secret: Any) -> Any:
    """The value of a secret: of a `SecretStr`, of a block, or the text itself."""
    if hasattr(secret, "get_secret_value"):
        return secret.get_secret_value()
    if hasattr(secret, "get") and not isinstance(secret, Mapping):
        value = secret.get()
        if inspect.isawaitable(value):
            raise TypeError(f"{type(secret).__name__}.get() must answer at once, not with an awaitable.")
        return value
    return cast("Any", secret)


def environment(url: str, credentials: Any) -> dict[str, str]:
    """Variables that have Git log in to the server of `url`; they are seen by that process alone."""
    variables = {"GIT_TERMINAL_PROMPT": "0"}
    who = login(url, credentials)
    if who is not None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        variables |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{parts.scheme}://{who}@{host}/.insteadOf",
            "GIT_CONFIG_VALUE_0": f"{parts.scheme}://{host}/",
        }
    return variables


def hidden(text: str, url: str, credentials: Any = None) -> str:
    """`text` without the logins of addresses, and without the one for `url`."""
    who = login(url, credentials)
    if who is not None:
        text = text.replace(who, "***").replace(who.rpartition(":")[2], "***")
    return _LOGIN.sub("", text)


# ------------------------------------------------------------------ by reference


def reference(block: Any) -> str:
    """``{{ prefect.blocks.<type>.<name> }}``; `BlockNotSavedError` for one never saved."""
    name = getattr(block, "_block_document_name", None)
    if name is None:
        raise documents.BlockNotSavedError(
            "Block must be saved with `.save()` before it can be converted to a pull step."
        )
    return f"{{{{ prefect.blocks.{block.get_block_type_slug()}.{name} }}}}"


def is_block(value: Any) -> bool:
    return hasattr(value, "get_block_type_slug")


def by_reference(credentials: Any) -> Any:
    """`credentials` as a pull step tells them: secrets as references to saved blocks.

    Raises `ValueError` for a secret in plain text, `BlockNotSavedError` for a block that was never saved.
    """
    if is_block(credentials):
        return reference(credentials)
    told: dict[str, Any] = {}
    for name, value in cast("Mapping[str, Any]", credentials).items():
        if is_block(value):
            told[name] = reference(value)
        elif name == "username":
            told[name] = value
        else:
            raise ValueError(
                "Please save your access token as a Secret block before converting this storage object "
                "to a pull step."
            )
    return told
