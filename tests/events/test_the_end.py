"""What a program tells last arrives, though the program ends at once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.api.conftest import running

from prefect import settings
from prefect._link import choose
from prefect.client.orchestration import get_client

PROGRAM = """
from prefect import flow
from prefect.events import emit_event

@flow
def sells(): pass

sells()
emit_event("shop.sold", resource={"prefect.resource.id": "shop.lyon"})
"""


@pytest.mark.parametrize("place", ["embedded", "server"])
def test_the_last_event_of_a_program_arrives(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place == "embedded":
        _run_and_look()
        return
    with running() as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        settings.refresh()
        _run_and_look()
        choose.reset()


def _run_and_look() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=25,
        check=True,
    )
    assert "could not be sent" not in done.stderr
    with get_client(sync_client=True) as client:
        page = client.read_events(limit=50)
    assert "shop.sold" in [event.event for event in page.events]
