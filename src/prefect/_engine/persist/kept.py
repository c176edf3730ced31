"""Small results that the server keeps beside their files, so that other machines can read them.

Only what goes to the default local storage is kept so: who names a storage has chosen where results are. With
the embedded database in a file there is nobody else to keep them for.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect._base import clock, lazy
from prefect._base.errors import NotFound, OperationError
from prefect._base.ports import Ports
from prefect._engine import scope
from prefect._engine.persist.local_storage import LocalStorage
from prefect._wire.kept import MAX_KEPT_BYTES
from prefect._wire.operation import named
from prefect.settings import active

choose: Any = lazy.module("prefect._link.choose")

_log = logging.getLogger("prefect.results")
# servers that do not keep results: the original's, and older ones
_cannot: set[str | None] = set()
_NO_SUCH_ENDPOINT = (404, 405)


class HomeStorage(LocalStorage):
    """The local storage that is used where nothing else is said; what is small is kept elsewhere, too."""

    __slots__ = ()


class ForeignFile(HomeStorage):
    """The folder of a file that a state refers to by its whole path, which may be one of another machine."""

    __slots__ = ()


def is_shared() -> bool:
    """Whether other machines can ask for what is kept here."""
    values = active()
    url = values["api.url"]
    if url:
        return url not in _cannot
    database = values["server.database.connection_url"]
    return database is not None and "postgres" in str(database).partition(":")[0]


def give_up() -> None:
    """The server at hand keeps no results; it is not asked again."""
    _cannot.add(active()["api.url"])


async def keep(
    ports: Ports, place: HomeStorage, path: str, content: bytes, expiration: datetime | None
) -> None:
    """Have a small result kept that was just written to a file; where that fails, the file remains."""
    if not is_shared() or len(content) > MAX_KEPT_BYTES:
        return
    try:
        text = content.decode()
    except UnicodeDecodeError:  # made by a serializer of the user's own
        return
    file = place.resolve(path)
    body = body_of(_key(place, file), text, str(file), expiration)
    try:
        await _link(ports).call(named("results.keep"), body=body)
    except OperationError as error:
        if error.status in _NO_SUCH_ENDPOINT:
            give_up()
        else:
            _log.warning("The result at %s could not be kept by the server: %s", file, error)


async def keep_file(ports: Ports, place: HomeStorage, path: str, expiration: datetime | None) -> None:
    """:func:`keep` what a file holds, if that is small."""
    if is_shared() and place.resolve(path).stat().st_size <= MAX_KEPT_BYTES:
        await keep(ports, place, path, await ports.run(place.read_path, path), expiration)


def body_of(
    key: str, text: str, path: str | None = None, expiration: datetime | None = None
) -> dict[str, Any]:
    """What is sent to have a result of the run at hand kept."""
    flow, task = scope.flow_scope.get(), scope.task_scope.get()
    return {
        "key": key,
        "path": path,
        "content": text,
        "expiration": None if expiration is None else clock.to_iso(clock.to_us(expiration)),
        "flow_run_id": None if flow is None else flow.run.id,
        "task_run_id": None if task is None else task.run.id,
    }


async def read(ports: Ports, place: HomeStorage, path: str) -> bytes | None:
    """What is kept of a file that is not there; None if nothing is."""
    if not is_shared():
        return None
    is_foreign = isinstance(place, ForeignFile)
    body = {"path": path} if is_foreign else {"key": _key(place, place.resolve(path))}
    return await _content(ports, body)


async def read_key(ports: Ports, key: str) -> bytes | None:
    """What is kept under a key; None if nothing is."""
    return await _content(ports, {"key": key})


async def _content(ports: Ports, body: dict[str, Any]) -> bytes | None:
    try:
        answer = await _link(ports).call(named("results.read"), body=body)
    except NotFound as error:
        if error.what != "Result":
            give_up()
        return None
    except OperationError as error:
        if error.status in _NO_SUCH_ENDPOINT:
            give_up()
        else:
            _log.warning("A result that the server may keep could not be read: %s", error)
        return None
    return answer["content"].encode()


def _key(place: LocalStorage, file: Path) -> str:
    return file.relative_to(Path(place.basepath).resolve()).as_posix()


def _link(ports: Ports) -> Any:
    return choose.awaiting() if ports.is_async else choose.blocking()
