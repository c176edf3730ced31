"""Which link this process uses: the embedded store, or the server that the API URL names."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

from prefect._base import late, lazy
from prefect._base.errors import StoreError
from prefect._base.ports import AWAITING, BLOCKING
from prefect._link.link import Link

settings: Any = lazy.module("prefect.settings")
stores: Any = lazy.module("prefect._store.current")
local: Any = lazy.module("prefect._link.local")
keeping: Any = lazy.module("prefect._link.keeping")
http: Any = lazy.module("prefect._link.http")


class _Pair(NamedTuple):
    blocking: Link
    awaiting: Link


# what the settings said at the last choice; settings are values, so the same object says the same
_latest: tuple[Mapping[str, Any] | None, _Pair | None] = (None, None)
_pairs: dict[object, _Pair] = {}
_choosing = threading.RLock()


def blocking() -> Link:
    """The link for a caller without an event loop: its coroutines never suspend, run them with `drive`."""
    values = settings.active()
    known_for, pair = _latest
    return (pair if pair is not None and values is known_for else _choose(values)).blocking


def awaiting() -> Link:
    """The link for a caller whose event loop is to go on meanwhile."""
    values = settings.active()
    known_for, pair = _latest
    return (pair if pair is not None and values is known_for else _choose(values)).awaiting


def reset() -> None:
    """Close what was opened; the next choice opens anew.

    For tests, and for programs that change their home.
    """
    global _latest
    with _choosing:
        _latest = (None, None)
        _pairs.clear()
        stores.reset()
        if "prefect._link.http" in sys.modules:
            http.reset()


def _choose(values: Mapping[str, Any]) -> _Pair:
    global _latest
    with _choosing:
        if values["plugins.enabled"] and late.call("plugins.start"):
            values = settings.active()
        url = values["api.url"]
        pair = _over_http(url) if url else _embedded()
        _latest = (values, pair)
    return pair


def _embedded() -> _Pair:
    try:
        store = stores.store()
    except StoreError as error:  # its message says all that helps; where it was raised does not
        raise error.with_traceback(None) from None
    pair = _pairs.get(store)
    if pair is None:
        pair = _pairs[store] = _Pair(local.LocalLink(store, BLOCKING), local.LocalLink(store, AWAITING))
        keeping.keep(store)
    return pair


def _over_http(url: str) -> _Pair:
    pair = _pairs.get(url)
    if pair is None:
        try:
            pair = _pairs[url] = _Pair(http.link(url, BLOCKING), http.link(url, AWAITING))
        except ModuleNotFoundError as missing:
            raise RuntimeError(
                f"PREFECT_API_URL is {url}, but {missing.name}, the way to a server, cannot be loaded."
                " Unset PREFECT_API_URL to work with the embedded database."
            ) from missing
    return pair


def _after_fork_in_child() -> None:
    global _choosing
    _choosing = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
