"""Listening, stopping, and what the server does besides answering."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import httpx
import pytest

from prefect import settings
from prefect._api import keeping, serve
from prefect._service.keepers import lapse


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serve.AddressUnavailable, match=f"Port {port} is already in use"):
            serve.listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(serve.AddressUnavailable):
        serve.listen("192.0.2.1", 0)


def test_runs_of_dead_processes_are_moved_on(server: Any, http: httpx.Client, post: Any) -> None:
    from prefect._base import owner

    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        dead = owner.of(child.pid)
        child.communicate(b"\n")
    flow = post("/flows/", {"name": "f"})
    headers = {"X-Prefect-Owner": dead}
    body = {"flow_id": flow["id"], "state": {"type": "PENDING"}}
    run = http.post("/flow_runs/", json=body, headers=headers).json()
    running = {"state": {"type": "RUNNING"}}
    moved = http.post(f"/flow_runs/{run['id']}/set_state", json=running, headers=headers)
    assert moved.json()["status"] == "ACCEPT"
    values = settings.active()
    server.store.write(keeping.chore(lapse.KEEPER, values).work).result(timeout=10)
    assert http.get(f"/flow_runs/{run['id']}").json()["state_type"] == "CRASHED"


def test_leases_are_renewed_for_who_asks(server: Any, http: httpx.Client, post: Any) -> None:
    flow = post("/flows/", {"name": "f"})
    headers = {"X-Prefect-Owner": "elsewhere:boot:1:2"}
    body = {"flow_id": flow["id"], "state": {"type": "PENDING"}}
    run = http.post("/flow_runs/", json=body, headers=headers).json()
    http.post(f"/flow_runs/{run['id']}/set_state", json={"state": {"type": "RUNNING"}}, headers=headers)
    assert http.post("/leases/renew", headers=headers).json() == 1
    assert http.post("/leases/renew").json() == 0
