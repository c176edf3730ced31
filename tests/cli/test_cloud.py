"""``prefect cloud`` against a stand-in for the hosted service on a loopback port."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Run = Callable[..., Any]
ACCOUNT, WORKSPACE, OTHER, HOOK = (f"{digit * 8}-1111-1111-1111-111111111111" for digit in "1234")


def _workspace(id: str, handle: str) -> dict[str, str]:
    return {
        "account_id": ACCOUNT,
        "account_name": "Account",
        "account_handle": "acc",
        "workspace_id": id,
        "workspace_name": handle,
        "workspace_description": "",
        "workspace_handle": handle,
    }


class Cloud(ThreadingHTTPServer):
    """What is known there, and what was asked."""

    workspaces: list[dict[str, str]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.workspaces = [_workspace(WORKSPACE, "ws")]
        self.hook: dict[str, Any] = {
            "id": HOOK,
            "name": "hook",
            "description": "",
            "enabled": True,
            "template": "{}",
            "slug": "abc",
        }
        self.entries: list[dict[str, Any]] = []
        self.enforced = False
        self.asked: list[str] = []

    def answer(self, method: str, path: str, body: Any) -> Any:
        own = path.rpartition("/workspaces/")[2].partition("/")[2] or path.rpartition("/accounts/")[2]
        if path.endswith("/me/workspaces"):
            return self.workspaces
        if own.startswith("webhooks"):
            if method in ("PATCH", "PUT", "POST") and isinstance(body, dict):
                self.hook |= body
            return [self.hook] if own.endswith("filter") else self.hook
        if own.startswith("assets"):
            return {"assets": [{"key": "s3://b/k"}]}
        if path.endswith("/my_access"):
            return {"allowed": bool(self.entries), "detail": "not in the list"}
        if path.endswith("/ip_allowlist"):
            self.entries = body["entries"] if method == "PUT" else self.entries
            return {"entries": self.entries}
        if path.endswith("/settings"):
            self.enforced = body["enforce_ip_allowlist"] if method == "PATCH" else self.enforced
            return {"settings": {"enforce_ip_allowlist": self.enforced}}
        return None


class Handler(BaseHTTPRequestHandler):
    server: Cloud

    def _answer(self) -> None:
        text = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.asked.append(f"{self.command} {self.path}")
        known = self.headers["authorization"] == "Bearer good"
        found = self.server.answer(self.command, self.path, json.loads(text or "null")) if known else {}
        content = json.dumps(found).encode()
        self.send_response(401 if not known else 404 if found is None else 200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    server = Cloud()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("PREFECT_CLOUD_API_URL", f"http://127.0.0.1:{server.server_port}/api")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def logged_in(cloud: Cloud, prefect: Run) -> Cloud:
    assert prefect("cloud", "login", "--key", "good").code == 0
    return cloud


def test_logging_in_and_out(cloud: Cloud, prefect: Run) -> None:
    code, out, _ = prefect("cloud", "workspace", "ls")
    assert (code, "not authenticated in profile 'ephemeral'" in out) == (1, True)
    assert cloud.asked == []
    assert "--key" in prefect("--no-prompt", "cloud", "login").out
    assert "refuses the key" in prefect("cloud", "login", "-k", "bad").out
    assert "There are acc/ws" in prefect("cloud", "login", "-k", "good", "-w", "acc/no").out
    assert "Using workspace 'acc/ws'" in prefect("cloud", "login", "-k", "good").out
    assert f"/accounts/{ACCOUNT}/workspaces/{WORKSPACE}" in prefect("config", "view").out
    assert "* acc/ws" in prefect("cloud", "workspaces", "ls").out
    assert prefect("cloud", "workspace", "ls", "-o", "json").json == cloud.workspaces
    assert prefect("cloud", "logout").out == "Logged out from Prefect Cloud.\n"
    assert prefect("cloud", "logout").code == 1
    assert "PREFECT_API_KEY" not in prefect("config", "view").out


def test_choosing_among_workspaces(cloud: Cloud, prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.workspaces.append(_workspace(OTHER, "other"))
    assert "--workspace with one of acc/ws, acc/other" in prefect("cloud", "login", "-k", "good").out
    monkeypatch.setattr("builtins.input", lambda _: "acc/other")
    monkeypatch.setattr("getpass.getpass", lambda _: "good")
    assert prefect("--prompt", "cloud", "login").code == 0
    assert f"/workspaces/{OTHER}" in prefect("config", "view").out
    assert prefect("cloud", "workspace", "set", "-w", "acc/ws").code == 0
    assert f"/workspaces/{WORKSPACE}" in prefect("config", "view").out
    cloud.workspaces.clear()
    assert "no workspace" in prefect("cloud", "workspace", "set", "-w", "acc/ws").out


def test_no_network_is_one_line(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_CLOUD_API_URL", "http://127.0.0.1:1/api")
    code, out, err = prefect("cloud", "login", "-k", "good")
    assert (code, err, len(out.splitlines())) == (1, "", 1)
    assert "Could not reach Prefect Cloud" in out


def test_a_key_without_a_workspace(cloud: Cloud, prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_KEY", "good")
    assert "No workspace is chosen" in prefect("cloud", "webhook", "ls").out


def test_webhooks(logged_in: Cloud, prefect: Run) -> None:
    assert "abc" in prefect("cloud", "webhooks", "ls").out
    assert prefect("cloud", "webhook", "ls", "-o", "json").json == [logged_in.hook]
    assert prefect("cloud", "webhook", "get", HOOK, "-o", "json").json == logged_in.hook
    assert "hook" in prefect("cloud", "webhook", "get", HOOK).out
    assert "--template" in prefect("cloud", "webhook", "create", "n").out
    assert prefect("cloud", "webhook", "create", "n", "-t", "{}").code == 0
    assert "now disabled" in prefect("cloud", "webhook", "toggle", HOOK).out
    assert prefect("cloud", "webhook", "update", HOOK, "-d", "why").code == 0
    assert (logged_in.hook["name"], logged_in.hook["description"]) == ("n", "why")
    assert prefect("cloud", "webhook", "rotate", HOOK).code == 0
    assert prefect("cloud", "webhook", "delete", HOOK).code == 0
    assert prefect("cloud", "webhook", "get", "nope").code == 2
    assert logged_in.asked[-1] == f"DELETE /api/accounts/{ACCOUNT}/workspaces/{WORKSPACE}/webhooks/{HOOK}"


def test_networks(logged_in: Cloud, prefect: Run) -> None:
    assert "lock yourself out" in prefect("cloud", "ip-allowlist", "enable").out
    assert "10.1.0.0/16" in prefect("cloud", "ip-allowlist", "add", "10.1.0.0/16", "-d", "office").out
    assert prefect("cloud", "ip-allowlist", "add", "here").code == 2
    assert prefect("cloud", "ip-allowlist", "toggle", "10.1.0.0/16").code == 0
    assert logged_in.entries[0]["enabled"] is False
    assert prefect("cloud", "ip-allowlist", "enable").code == 0
    assert prefect("cloud", "ip-allowlist", "enable").code == 1
    assert "The list is in force" in prefect("cloud", "ip-allowlists", "ls").out
    assert prefect("cloud", "ip-allowlist", "disable").code == 0
    assert prefect("cloud", "ip-allowlist", "remove", "10.2.0.0/16").code == 1
    assert prefect("cloud", "ip-allowlist", "remove", "10.1.0.0/16").code == 0
    assert logged_in.entries == []


def test_assets(logged_in: Cloud, prefect: Run) -> None:
    assert "s3://b/k" in prefect("cloud", "assets", "ls", "-p", "s3", "-s", "k").out
    assert prefect("cloud", "asset", "ls", "-o", "json").json == [{"key": "s3://b/k"}]
    assert prefect("cloud", "asset", "delete", "s3://b/k", "--force").code == 0
    assert logged_in.asked[-1].endswith("/assets/key?key=s3%3A%2F%2Fb%2Fk")
