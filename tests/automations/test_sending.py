"""Automations that tell the world: from an event to a webhook, with a real server on each side."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import pytest

from prefect._api.acting import Acting
from prefect._base.clock import system, to_iso
from prefect._base.ids import new_id
from prefect._service.automations import evaluate
from prefect._service.events import keeping
from prefect.blocks.notifications import CustomWebhookNotificationBlock, PagerDutyWebHook, SlackWebhook
from prefect.blocks.webhook import Webhook


@pytest.fixture
def site() -> Any:
    """A web site that keeps what it is sent; below `/bad` it refuses, and tells the address."""
    came: Queue[tuple[str, bytes]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.put((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            is_bad = self.path.startswith("/bad")
            self.send_response(500 if is_bad else 200)
            self.end_headers()
            self.wfile.write(f"nothing at {self.path}".encode() if is_bad else b"thanks")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.came = came  # pyright: ignore[reportAttributeAccessIssue]
    server.url = f"http://127.0.0.1:{server.server_port}"  # pyright: ignore[reportAttributeAccessIssue]
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_custom_webhook_is_filled(site: Any) -> None:
    block = CustomWebhookNotificationBlock(
        name="n",
        url=f"{site.url}/{{{{token}}}}",
        json_data={"text": "{{subject}}: {{body}}"},
        secrets={"token": "t"},  # pyright: ignore[reportArgumentType]
    )
    block.notify("b", "s")
    assert site.came.get(timeout=10) == ("/t", b'{"text":"s: b"}')


def test_private_addresses_can_be_kept_out(site: Any) -> None:
    block = CustomWebhookNotificationBlock(name="n", url=site.url, allow_private_urls=False)
    with pytest.raises(ValueError, match="private"):
        block.notify("b")


def test_what_cannot_be_filled_is_told_at_once() -> None:
    with pytest.raises(KeyError, match="unknown"):
        CustomWebhookNotificationBlock(name="n", url="http://x", json_data={"a": "{{unknown}}"})
    with pytest.raises(ValueError, match="one body"):
        CustomWebhookNotificationBlock(name="n", url="http://x", json_data={}, form_data={})


def test_services_are_known() -> None:
    pager = PagerDutyWebHook(integration_key="i", api_key="k")  # pyright: ignore[reportArgumentType]
    assert pager._target() is not None
    slack = SlackWebhook(url="https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")  # pyright: ignore[reportArgumentType]
    from prefect.blocks import _apprise

    assert len(_apprise.client(slack._target())) == 1


def saved(api: Any, block: Any) -> str:
    """The id of the block's document in the store of `api`."""
    type_ = api("block_types.create", body=type(block)._to_block_type_create())
    schema = api("block_schemas.create", body=type(block)._to_block_schema_create(type_["id"]))
    from prefect.blocks._documents import document_data

    body = {
        "name": "hook",
        "data": document_data(block),
        "block_schema_id": schema["id"],
        "block_type_id": type_["id"],
    }
    return api("block_documents.create", body=body)["id"]


@pytest.mark.parametrize("path", ["good", "bad/swordfish"])
def test_an_event_calls_a_webhook(api: Any, site: Any, path: str) -> None:
    block_id = saved(api, Webhook(url=f"{site.url}/{path}"))  # pyright: ignore[reportArgumentType]
    action = {
        "type": "call-webhook",
        "block_document_id": block_id,
        "payload": '{"what": "{{ event.event }}"}',
    }
    trigger = {"type": "event", "posture": "Reactive", "expect": ["x"]}
    api("automations.create", body={"name": "a", "trigger": trigger, "actions": [action]})
    event = {
        "id": new_id(),
        "occurred": to_iso(system.now_us()),
        "event": "x",
        "resource": {"prefect.resource.id": "r"},
    }
    api("events.create", body=[event])

    async def turn(unit: Any) -> None:
        events, _ = await keeping.read_on(unit, 100)
        await evaluate.observe(unit, events)

    # the action is put down at a time of the test's clock, which lies in the past
    api.unit(turn)
    outcome = "prefect.automation.action." + ("executed" if path == "good" else "failed")
    ended = api.store.follow({outcome}, 0, 20)
    acting = Acting(api.store)
    acting.start()
    try:
        assert site.came.get(timeout=20) == (f"/{path}", b'{"what":"x"}')
        assert ended.result(30)
    finally:
        acting.close()
    asked = {"filter": {"event": {"name": [outcome]}, "occurred": {"until": "2999-01-01T00:00:00Z"}}}
    (told,) = api("events.filter", body=asked)["events"]
    if path == "good":
        assert told["payload"]["status_code"] == 200
        assert told["payload"]["response_body"] == "thanks"
    else:
        # an address is a secret: whoever knows it can send
        assert told["payload"]["reason"] == "The webhook answered 500: nothing at /bad/********"
