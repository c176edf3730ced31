"""The road from a command to the operations of the API, in this process or over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._cli.errors import CommandError
from prefect._wire import operation as wire

choose: Any = lazy.module("prefect._link.choose")
pydantic: Any = lazy.module("pydantic")

# what names of things may be, as their checks say it
NAME_PATTERN = "^[^/%&><]+$"
# the most that one answer of the API holds
PAGE = 200


def call(name: str, /, **arguments: Any) -> Any:
    """Call an operation by its name (``"variables.create"``) and return its JSON-shaped answer.

    Takes what the operation takes: the names of its path, its query, and ``body``. Raises `OperationError`.
    """
    return drive(choose.blocking().call(wire.named(name), **arguments))


def pages(name: str, body: Mapping[str, Any], *, limit: int | None) -> Iterator[list[dict[str, Any]]]:
    """Up to `limit` (None: all) things from a filter operation, a page at a time."""
    found = 0
    while limit is None or found < limit:
        size = PAGE if limit is None else min(PAGE, limit - found)
        page = call(name, body={**body, "limit": size, "offset": found})
        if page:
            yield page
        found += len(page)
        if len(page) < size:
            break


def listed(name: str, body: Mapping[str, Any], *, limit: int | None) -> list[dict[str, Any]]:
    """As :func:`pages`, in one list."""
    return [each for page in pages(name, body, limit=limit) for each in page]


def named(name: str, key: str, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of things by their ids, from the filter operation `name` of which `key` is the filter."""
    wanted = sorted({id for id in ids if id is not None})
    names: dict[str, str] = {}
    for start in range(0, len(wanted), PAGE):
        body = {key: {"id": {"any_": wanted[start : start + PAGE]}}, "limit": PAGE}
        names.update((each["id"], each["name"]) for each in call(name, body=body))
    return names


def checked(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as the body of an operation. Raises `CommandError` for what such a body cannot hold.

    The API checks bodies by itself, the operations of the embedded store expect checked ones.
    """
    operation = wire.named(name)
    assert operation.body is not None
    try:
        model = wire.resolve(operation.body).model_validate(dict(values))
    except pydantic.ValidationError as wrong:
        raise CommandError("\n".join(map(_complaint, wrong.errors()))) from None
    return model.model_dump(mode="json", exclude_unset=True)


def _complaint(error: Mapping[str, Any]) -> str:
    where = str(error["loc"][0]) if error["loc"] else "value"
    text = str(error["msg"]).removeprefix("Value error, ")
    if (error.get("ctx") or {}).get("pattern") == NAME_PATTERN:
        text = f"{str(error['input'])!r} has one of the characters / % & > <, which names may not have"
    return f"Invalid {where}: {text}" + ("" if text.endswith(".") else ".")
