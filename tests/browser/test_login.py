"""A server with a password: every address leads to the question for it, and then back."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.browser.conftest import site, tab

from prefect._store.sqlite.store import TemporaryStore


def test_a_password_is_asked_for_and_leads_back(static: Path, browser: Browser) -> None:
    with (
        site(static, TemporaryStore(), PREFECT_SERVER_API_AUTH_STRING="ada:secret") as guarded,
        tab(browser, guarded.root) as window,
    ):
        window.expected.append("401")
        page = window.page
        window.open("/runs?state=FAILED")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.get_by_label("Password").fill("ada:wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("not the password")
        page.get_by_label("Password").fill("ada:secret")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/runs?state=FAILED")
        expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
