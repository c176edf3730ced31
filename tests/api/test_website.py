"""The web UI's files and index page, as a browser gets them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.api.conftest import running

INDEX = '<!doctype html><!--base--><script type="application/json" id="boot"></script>'


@pytest.fixture
def built(tmp_path: Path, home: Callable[..., None]) -> Path:
    """A small UI in a folder of its own, which the settings name."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "assets" / "index-1.js").write_text("let plain = true")
    (folder / "assets" / "index-1.js.gz").write_bytes(gzip.compress(b"let packed = true"))
    (folder / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    home(PREFECT_UI_STATIC_DIRECTORY=str(folder))
    return folder


def test_every_address_of_a_page_gets_the_index(built: Path) -> None:
    with running() as server:
        for path in ("/", "/runs/flow-run/1", "/work-pools/work-pool/a.b"):
            page = httpx.get(server.root + path)
            assert page.status_code == 200
            assert '<base href="/" />' in page.text
            assert '"api":"/api"' in page.text
            assert "default-src 'self'" in page.headers["content-security-policy"]
            assert page.headers["cache-control"] == "no-cache"


def test_files_are_kept_and_precompressed(built: Path) -> None:
    with running() as server:
        packed = httpx.get(f"{server.root}/assets/index-1.js")
        assert packed.text == "let packed = true"
        assert packed.headers["content-encoding"] == "gzip"
        assert "immutable" in packed.headers["cache-control"]
        plain = httpx.get(f"{server.root}/assets/index-1.js", headers={"Accept-Encoding": "identity"})
        assert plain.text == "let plain = true"
        assert plain.headers["content-type"].startswith("text/javascript")
        assert "immutable" not in httpx.get(f"{server.root}/favicon.svg").headers["cache-control"]
        assert httpx.get(f"{server.root}/assets/gone.js").status_code == 404


def test_nothing_outside_of_the_folder_is_handed_out(built: Path) -> None:
    with running() as server:
        for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
            with httpx.Client() as client:
                request = client.build_request("GET", server.root)
                request.url = request.url.copy_with(raw_path=path.encode())
                assert "secret" not in client.send(request).text


def test_it_can_be_mounted_below_a_path(built: Path, home: Callable[..., None]) -> None:
    home(PREFECT_UI_SERVE_BASE="/flows-ui", PREFECT_UI_STATIC_DIRECTORY=str(built))
    with running() as server:
        assert '<base href="/flows-ui/" />' in httpx.get(f"{server.root}/flows-ui/runs").text
        assert httpx.get(f"{server.root}/flows-ui/assets/index-1.js").status_code == 200
        assert httpx.get(server.root).headers["location"] == "/flows-ui/"
        assert httpx.get(f"{server.root}/elsewhere").status_code == 404


def test_addresses_of_the_second_ui_lead_here(built: Path) -> None:
    with running() as server:
        answer = httpx.get(f"{server.root}/v2/runs/flow-run/1?tab=Logs")
        assert (answer.status_code, answer.headers["location"]) == (308, "/runs/flow-run/1?tab=Logs")


def test_without_the_bundle_or_switched_off_a_plain_page_helps(
    home: Callable[..., None], tmp_path: Path
) -> None:
    home(PREFECT_UI_STATIC_DIRECTORY=str(tmp_path / "nothing"))
    with running() as server:
        assert "make ui" in httpx.get(f"{server.root}/runs").text
    home(PREFECT_UI_ENABLED="false")
    with running() as server:
        assert httpx.get(server.root).status_code == 200
        assert httpx.get(f"{server.root}/runs").status_code == 404
