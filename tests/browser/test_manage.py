"""What is set up on the pages of the web UI is set up on the server, and texts of others do no harm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab, tab

DEPLOYMENT = seed.id_of("deployment etl")
HARMFUL = (
    "<script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 1'>",
    "<svg onload='window.harmed = 1'></svg>",
    "<iframe srcdoc='<script>parent.harmed = 1</script>'></iframe>",
    "[click](javascript:window.harmed=1)",
    "<a href='java\nscript:window.harmed=1'>x</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror='window.harmed=1'>",
    "<details open ontoggle='window.harmed = 1'>x</details>",
    "<form action='https://example.org'><input name=p><button>go</button></form>",
    "<style>body { display: none }</style>",
    "<object data='data:text/html,<script>parent.harmed=1</script>'></object>",
    '![x](x" onerror="window.harmed=1)',
)


@pytest.fixture(scope="module")
def opened(browser: Browser, served: Site) -> Iterator[Tab]:
    with tab(browser, served.root) as found:
        yield found


def test_a_variable_is_made(opened: Tab, served: Site) -> None:
    opened.open("/variables")
    page = opened.page
    page.get_by_role("button", name="Add variable").click()
    page.get_by_label("Name", exact=True).last.fill("country")
    page.get_by_label("Value (JSON)").fill('{"a": [1]}')
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="country")).to_be_visible()
    assert served.api.get("/variables/name/country").json()["value"] == {"a": [1]}


def test_a_schedule_is_added(opened: Tab, served: Site) -> None:
    opened.open(f"/deployments/deployment/{DEPLOYMENT}")
    page = opened.page
    page.get_by_role("button", name="Add a schedule").click()
    page.get_by_role("button", name="Cron", exact=True).click()
    page.get_by_label("Cron expression").fill("0 7 * * 1")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    expect(page.get_by_text("07:00").first).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    (made,) = served.api.get(f"/deployments/{DEPLOYMENT}/schedules").json()
    assert made["schedule"]["cron"] == "0 7 * * 1"
    assert made["schedule"]["timezone"] == "Europe/Berlin"


def test_a_deployment_is_paused(opened: Tab, served: Site) -> None:
    opened.open(f"/deployments/deployment/{DEPLOYMENT}")
    opened.page.get_by_role("button", name="Pause", exact=True).click()
    expect(opened.page.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    assert served.api.get(f"/deployments/{DEPLOYMENT}").json()["paused"] is True


def test_a_run_is_made_with_a_name(opened: Tab, served: Site) -> None:
    opened.open(f"/deployments/deployment/{DEPLOYMENT}/run")
    opened.page.get_by_label("Name of the run").fill("by-hand")
    opened.page.get_by_role("button", name="Run", exact=True).click()
    opened.page.wait_for_url("**/runs/flow-run/*")
    id = opened.page.url.rsplit("/", 1)[-1]
    assert served.api.get(f"/flow_runs/{id}").json()["name"] == "by-hand"


def test_a_work_pool_is_paused(opened: Tab, served: Site) -> None:
    opened.open("/work-pools/work-pool/laptop")
    opened.page.get_by_role("switch", name="laptop is active").click()
    expect(opened.page.get_by_role("switch", name="laptop is active")).to_have_attribute(
        "aria-checked", "false"
    )
    assert served.api.get("/work_pools/laptop").json()["is_paused"] is True


def test_a_limit_is_made(opened: Tab, served: Site) -> None:
    opened.open("/concurrency-limits")
    opened.page.get_by_role("button", name="Add limit").click()
    opened.page.get_by_label("Name", exact=True).fill("database")
    opened.page.get_by_label("Slots", exact=True).fill("3")
    opened.page.get_by_role("button", name="Save").click()
    expect(opened.page.get_by_role("link", name="database")).to_be_visible()
    assert served.api.get("/v2/concurrency_limits/database").json()["limit"] == 3


def test_an_automation_is_made(opened: Tab, served: Site) -> None:
    opened.open("/automations/create")
    page = opened.page
    page.get_by_role("button", name="Next").click()
    page.get_by_label("What is done").select_option("cancel-flow-run")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Name", exact=True).fill("stop it")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/automations/automation/*")
    all_of_them = served.api.post("/automations/filter", json={}).json()
    (made,) = (each for each in all_of_them if each["name"] == "stop it")
    assert made["actions"][0]["type"] == "cancel-flow-run"


def test_texts_of_others_do_no_harm(browser: Browser, served: Site) -> None:
    body = {"key": "harm", "type": "markdown", "data": "\n\n".join(("# Shown", *HARMFUL))}
    id = served.api.post("/artifacts/", json=body).json()["id"]
    with tab(browser, served.root, bypass_csp=True) as found:
        found.expected += ["404", "x"]
        found.open(f"/artifacts/artifact/{id}")
        shown = found.page.locator(".markdown")
        expect(shown.get_by_role("heading", name="Shown")).to_be_visible()
        assert shown.locator("script, iframe, form, style, object, svg, math, input").count() == 0
        assert found.page.evaluate("window.harmed") is None
        addresses = shown.locator("a").evaluate_all("all => all.map(each => each.href)")
        assert not [each for each in addresses if each.startswith("javascript:")]
        handlers = (
            "all => all.flatMap(each => each.getAttributeNames()).filter(name => name.startsWith('on'))"
        )
        assert shown.locator("*").evaluate_all(handlers) == []
