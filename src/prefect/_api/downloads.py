"""The log of a flow run as a file: read in batches while it is sent, so that its size does not matter."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Any

from prefect._api import reading
from prefect._api.backend import Backend
from prefect._api.exchange import Answer, Request
from prefect._api.routes import Handler
from prefect._base.clock import to_iso
from prefect._base.errors import NotFound
from prefect._store.sql import Queries
from prefect._store.store import Row, Store, Tx

sql = Queries(__file__, "downloads.sql")

PATH = "/flow_runs/{id}/logs/download"
BATCH = 2_000
_COLUMNS = ("timestamp", "level", "flow_run_id", "task_run_id", "message")


def logs(backend: Backend) -> Handler:
    """What serves the log of a flow run as comma-separated values."""
    store = backend.store

    async def _handle(request: Request) -> Answer:
        id = request.params["id"]

        async def work(tx: Tx) -> Row | None:
            return await tx.one(sql.flow_run, id=id)

        run = await reading.read(store, work)
        if run is None:
            raise NotFound(f"Flow run with id {id}")
        name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in run["name"])
        headers = (
            (b"content-disposition", f'attachment; filename="{name}-logs.csv"'.encode("ascii", "replace")),
        )
        return Answer(200, _lines([_COLUMNS]), b"text/csv; charset=utf-8", headers, _parts(store, id))

    return _handle


async def _parts(store: Store, id: str) -> AsyncIterator[bytes]:
    at_us, after = -1, ""
    while True:
        rows = await asyncio.to_thread(_batch, store, id, at_us, after)
        if rows:
            at_us, after = rows[-1]["at_us"], rows[-1]["id"]
            yield _lines(
                (to_iso(row["at_us"]), row["level"], row["flow_run_id"], row["task_run_id"], row["message"])
                for row in rows
            )
        if len(rows) < BATCH:
            return


def _batch(store: Store, id: str, at_us: int, after: str) -> list[Row]:
    async def work(tx: Tx) -> list[Row]:
        return await tx.all(sql.lines, id=id, at_us=at_us, after=after, batch=BATCH)

    return store.read(work)


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
