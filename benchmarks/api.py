"""Requests a second, and how long each takes, with 16 connections that stay open, on SQLite or PostgreSQL.

    python benchmarks/api.py [--postgres] [--scale 1.0] [--results PAGE]

Flow runs are created, brought to their end, listed and counted among 5,000; lines are logged by the hundred.
The client is an event loop with a bare protocol in a process of its own, so that it costs the server little.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from kills import machine, median, write_section
from serving import Caller, Server, postgres

CONNECTIONS = 16
WITHIN_S = 60.0
RUNS = 5_000

Body = dict[str, Any]
# what is asked next, by what was answered before
Step = Callable[[Any], tuple[str, Body]]
Chain = list[Step]


class Measured(NamedTuple):
    """How one kind of request fared; times are of single requests."""

    what: str
    a_second: float
    median_ms: float
    p99_ms: float
    errors: int


class _Connection(asyncio.Protocol):
    """One connection with one request at a time; reads no more of an answer than it must."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("The server closed the connection."))

    def ask(self, path: str, body: Body) -> asyncio.Future[tuple[int, bytes]]:
        text = json.dumps(body).encode()
        head = (
            f"POST /api{path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(text)}\r\n\r\n"
        )
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(head.encode() + text)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._answer is None:
            return
        head = bytes(self._buffer[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) >= end + 4 + length:
            body = bytes(self._buffer[end + 4 :])
            self._buffer.clear()
            self._answer.set_result((int(head[9:12]), body))

    def close(self) -> None:
        self._transport.close()


async def _drive(port: int, chains: Iterator[Chain], took_ms: list[float]) -> int:
    """Take one chain after the other; how many ended with an error."""
    errors = 0
    _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)
    for chain in chains:
        answer: Any = None
        for step in chain:
            path, body = step(answer)
            began_s = time.perf_counter()
            status, text = await asyncio.wait_for(connection.ask(path, body), WITHIN_S)
            took_ms.append((time.perf_counter() - began_s) * 1e3)
            if status >= 400:
                errors += 1
                break
            answer = json.loads(text) if text and len(chain) > 1 else None
    connection.close()
    return errors


def load(port: int, what: str, chains: Iterable[Chain]) -> Measured:
    """Send all chains over some connections at once."""
    took_ms: list[float] = []

    async def main() -> int:
        todo = iter(chains)
        return sum(await asyncio.gather(*(_drive(port, todo, took_ms) for _ in range(CONNECTIONS))))

    began_s = time.perf_counter()
    errors = asyncio.run(main())
    wall_s = time.perf_counter() - began_s
    took_ms.sort()
    p99_ms = took_ms[min(len(took_ms) - 1, int(len(took_ms) * 0.99))]
    return Measured(what, len(took_ms) / wall_s, median(took_ms), p99_ms, errors)


def _one(path: str, body: Body) -> Chain:
    return [lambda _: (path, body)]


def _life(run: Body) -> Chain:
    known: Body = {}

    def to(type_: str) -> Step:
        def step(answer: Any) -> tuple[str, Body]:
            known.setdefault("id", answer.get("id"))
            return f"/flow_runs/{known['id']}/set_state", {"state": {"type": type_}}

        return step

    return [lambda _: ("/flow_runs/", run), to("RUNNING"), to("COMPLETED")]


def measure(server: Server, scale: float) -> Iterator[Measured]:
    """Each kind of request, on a server that runs."""
    port, caller = server.port, Caller(server.url)
    flow = caller.expect("POST", "/flows/", {"name": "bench"})["id"]
    run = {"flow_id": flow, "state": {"type": "PENDING"}, "parameters": {"x": 1}, "tags": ["bench"]}

    def many(full: int) -> range:
        return range(max(CONNECTIONS, round(full * scale)))

    load(port, "warming up", (_one("/flow_runs/", run) for _ in range(50)))
    yield load(port, "create a flow run", (_one("/flow_runs/", run) for _ in many(2_000)))
    yield load(port, "a life: create, Running, Completed", (_life(run) for _ in many(800)))
    there = caller.expect("POST", "/flow_runs/count", {})
    if (missing := round(RUNS * scale) - there) > 0:
        load(port, "filling up", (_one("/flow_runs/", run) for _ in range(missing)))
    tagged = {"flow_runs": {"tags": {"all_": ["bench"]}}}
    listed = {**tagged, "sort": "EXPECTED_START_TIME_DESC", "limit": 200}
    yield load(port, "list 200 runs", (_one("/flow_runs/filter", listed) for _ in many(400)))
    yield load(port, "count runs", (_one("/flow_runs/count", tagged) for _ in many(400)))
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    lines: Any = [
        {
            "timestamp": at,
            "level": 20,
            "name": "bench",
            "message": f"line {number}",
            "flow_run_id": str(uuid4()),
        }
        for number in range(100)
    ]
    yield load(port, "log 100 lines", (_one("/logs/", lines) for _ in many(300)))
    caller.close()


def report(measured: Iterable[Measured]) -> str:
    """The figures as Markdown."""
    lines = ["| request | a second | median ms | p99 ms | errors |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {each.what} | {each.a_second:,.0f} | {each.median_ms:.1f} | {each.p99_ms:.1f} | {each.errors} |"
        for each in measured
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Requests a second.")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of requests")
    parser.add_argument("--results", type=Path, help="the page that gets the figures")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="api-") as folder, ExitStack() as stack:
        database = postgres().ready() if options.postgres else None
        server = Server(Path(folder) / "home", database=database)
        stack.callback(server.end)
        server.start()
        measured = list(measure(server, options.scale))
    text = report(measured)
    print(text)
    if options.results:
        store = "PostgreSQL" if options.postgres else "SQLite"
        heading = f"{machine()}; {time.strftime('%Y-%m-%d')}; {CONNECTIONS} connections"
        write_section(options.results, f"Requests on {store}", f"{heading}\n\n{text}")
    return 1 if any(each.errors for each in measured) else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
