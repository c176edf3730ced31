"""Subflows against a server that knows of a task run some time after it was told of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from prefect import flow, settings


@flow
def child(x: int) -> int:
    return x + 1


@flow
def parent() -> int:
    return child(1) + child(2)


class Late(BaseHTTPRequestHandler):
    """Passes requests on; a run cannot refer to a task run that was not created by a request of its own."""

    protocol_version = "HTTP/1.1"
    inner: str
    created: set[str]
    refused: int

    def _answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        kind, path = type(self), self.path.rstrip("/")
        body = json.loads(raw) if raw else {}
        if self.command == "POST" and path == "/api/flow_runs":
            of = body.get("parent_task_run_id")
            if of is not None and of not in kind.created:
                kind.refused += 1
                self._say(409, b'{"detail": "Data integrity conflict."}')
                return
        told = httpx.request(self.command, kind.inner + self.path, content=raw, trust_env=False)
        if self.command == "POST" and path == "/api/task_runs" and told.is_success:
            kind.created.add(told.json()["id"])
        self._say(told.status_code, told.content)

    do_GET = do_POST = do_PATCH = _answer

    def _say(self, status: int, content: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def late(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Late]]:
    handler = type("Handler", (Late,), {"inner": url.removesuffix("/api"), "created": set(), "refused": 0})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        settings.refresh()
        yield handler
        server.shutdown()
        thread.join()


def test_a_subflow_makes_the_task_run_that_it_refers_to(late: type[Late], url: str) -> None:
    assert parent() == 5
    assert late.refused >= 2
    runs = httpx.post(f"{url}/task_runs/filter", json={}, trust_env=False).json()
    assert {run["id"] for run in runs} == late.created
    assert [run["state_type"] for run in runs] == ["COMPLETED", "COMPLETED"]
    children = httpx.post(f"{url}/flow_runs/filter", json={}, trust_env=False).json()
    assert {run["parent_task_run_id"] for run in children} == {None, *late.created}
