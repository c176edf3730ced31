"""When something is wrong the page stays of use and says what happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser import seed
from tests.browser.conftest import Seed, Site, Tab, site, tab

from prefect._store.sqlite.store import TemporaryStore

RUN = f"/runs/flow-run/{seed.FAILED}"
# what a browser says of requests that fail
NETWORK = ("Failed to load resource", "ERR_CONNECTION", "ERR_INCOMPLETE")


def test_a_server_that_goes_and_comes_back(
    static: Path, seeded: Seed, browser: Browser, tmp_path: Path
) -> None:
    store = seeded.copy(tmp_path)
    with site(static, store) as first:
        root = first.root
        window = tab(browser, root)
        opened = window.__enter__()
        opened.expected += NETWORK
        page = opened.page
        opened.open("/runs")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        rows = page.get_by_role("grid", name="Flow runs").get_by_role("row")
        expect(rows.nth(3)).to_be_visible()
    expect(page.get_by_text("Server unreachable")).to_be_visible()
    expect(rows.nth(3)).to_be_visible()
    page.get_by_role("link", name="Flows", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    again = seeded.copy(tmp_path)
    with site(static, again, port=int(root.rpartition(":")[2])) as second:
        assert second.root == root
        page.get_by_role("button", name="Retry").click()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="etl", exact=True)).to_be_visible()
        window.__exit__(None, None, None)


def test_a_login_that_has_run_out_is_asked_for_again(static: Path, browser: Browser) -> None:
    with (
        site(static, TemporaryStore(), PREFECT_SERVER_API_AUTH_STRING="ada:secret") as guarded,
        tab(browser, guarded.root) as window,
    ):
        window.expected.append("401")
        page = window.page
        window.open("/variables")
        page.get_by_label("Password").fill("ada:secret")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Variables")
        page.evaluate("sessionStorage.setItem('auth', 'ada:former')")
        page.get_by_role("link", name="Runs", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.get_by_label("Password").fill("ada:secret")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/runs")
        expect(page.get_by_role("heading", level=1)).to_have_text("Runs")


def test_an_action_that_is_refused_says_why_and_keeps_what_was_typed(window: Tab, served: Site) -> None:
    served.api.post("/variables/", json={"name": "taken", "value": 1})
    window.expected += ["409"]
    page = window.page
    window.open("/variables")
    page.get_by_role("button", name="Add variable").click()
    page.get_by_label("Name", exact=True).last.fill("taken")
    page.get_by_label("Value (JSON)").fill("2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("already", exact=False)).to_be_visible()
    expect(page.get_by_label("Name", exact=True).last).to_have_value("taken")
    assert served.api.get("/variables/name/taken").json()["value"] == 1


def test_a_run_that_is_gone_cannot_be_cancelled(window: Tab, served: Site) -> None:
    body = {"flow_id": seed.id_of("cleanup"), "name": "goes", "state": {"type": "PENDING"}}
    id = served.api.post("/flow_runs/", json=body).json()["id"]
    window.expected += ["404"]
    page = window.page
    window.open(f"/runs/flow-run/{id}")
    page.get_by_role("button", name="Cancel", exact=True).click()
    served.api.delete(f"/flow_runs/{id}")
    page.get_by_role("button", name="Cancel run").click()
    expect(page.get_by_role("status").filter(has_text="not")).to_be_visible()


def test_what_no_form_can_draw_is_given_as_json(window: Tab, seeded: Seed, served: Site) -> None:
    page = window.page
    window.open(seeded.pages["strange form"])
    page.get_by_role("textbox", name="Strange").fill('{"any": ["thing"]}')
    page.get_by_role("textbox", name="Nowhere").fill("[1, 2]")
    page.get_by_role("button", name="Add Tree").or_(page.get_by_role("button", name="Add left")).first.click()
    expect(page.get_by_role("group", name="left").first).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url("**/runs/flow-run/*")
    parameters = served.api.get(f"/flow_runs/{page.url.rpartition('/')[2]}").json()["parameters"]
    assert parameters["strange"] == {"any": ["thing"]}
    assert (parameters["nowhere"], parameters["count"]) == ([1, 2], 3)


def test_control_characters_of_a_log_do_no_harm(window: Tab, seeded: Seed) -> None:
    page = window.page
    window.open(seeded.pages["odd log"])
    lines = page.locator(".log-line")
    expect(lines.filter(has_text="bell")).to_contain_text("red")
    expect(lines.filter(has_text="backspaces")).to_be_visible()
    expect(lines.filter(has_text="<img src=x onerror")).to_be_visible()
    expect(lines.filter(has_text="link")).to_contain_text("click")
    assert page.evaluate("window.harmed") is None
    assert page.locator(".log-line img, .log-line a[href^='javascript']").count() == 0
    shown = "".join(lines.all_inner_texts())
    assert not set("\x1b\x07\u202e") & set(shown)


def test_ten_megabytes_of_parameters_are_shown_cut(
    window: Tab, seeded: Seed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page = window.page
    window.open(seeded.pages["large parameters"])
    with page.expect_download() as told:
        page.get_by_role("button", name="Download all").click()
    file = tmp_path / "parameters.json"
    told.value.save_as(file)
    assert file.stat().st_size > seed.LARGE_BYTES
    assert len(page.get_by_label("parameters", exact=True).inner_text()) < seed.LARGE_BYTES / 50
    page.get_by_role("tab", name="Details").click()
    expect(page.get_by_role("tabpanel", name="Details")).to_be_visible()
