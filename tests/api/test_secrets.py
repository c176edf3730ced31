"""Secrets leave a server only where they are asked for: no other answer, list, event or page has them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.api.conftest import running

import fuzz
from prefect._api import routes
from prefect._wire.operation import Operation

MASK = "********"
AUTH = "somebody:swordfish-of-the-server"
SECRET_SETTINGS = {
    "PREFECT_SERVER_API_AUTH_STRING": AUTH,
    "PREFECT_API_AUTH_STRING": "somebody:swordfish-of-the-client",
    "PREFECT_API_KEY": "swordfish-key",
    "PREFECT_SERVER_DATABASE_PASSWORD": "swordfish-password",
    "PREFECT_API_DATABASE_CONNECTION_URL": "postgresql+asyncpg://somebody:swordfish-url@host/db",
}
FIELDS: dict[str, Any] = {
    "type": "object",
    "title": "keeper",
    "block_type_slug": "keeper",
    "properties": {
        "url": {"type": "string", "format": "password"},
        "name": {"type": "string"},
        "tokens": {"type": "array", "items": {"type": "string", "format": "password"}},
        "headers": {"type": "object"},
        "many": {"type": "array", "items": {"$ref": "#/definitions/Part"}},
        "inner": {"type": "object"},
    },
    "definitions": {"Part": {"type": "object", "properties": {"pin": {"type": "string"}}}},
    "secret_fields": ["url", "tokens", "headers.*", "many.pin"],
    "block_schema_references": {},
}
DATA = {
    "url": "http://127.0.0.1:9/swordfish-path",
    "name": "in the open",
    "tokens": ["swordfish-a", "swordfish-b"],
    "headers": {"x": "swordfish-c", "deep": {"y": ["swordfish-d"]}},
    "many": [{"pin": "swordfish-e"}, {"pin": "swordfish-f"}],
}


@pytest.fixture
def http(home: Callable[..., None]) -> Iterator[httpx.Client]:
    home(**SECRET_SETTINGS)
    with running(keeps=True) as server:
        headers = {"authorization": f"Bearer {AUTH}"}
        with httpx.Client(base_url=server.url, trust_env=False, headers=headers, timeout=30) as client:
            yield client


class Kept(fuzz.World):
    """Objects of all kinds, and blocks with secrets in them."""

    def __init__(self, http: httpx.Client) -> None:
        super().__init__(http, fuzz.random.Random(1))
        kind = http.post("/block_types/", json={"name": "Keeper", "slug": "keeper"}).json()["id"]
        schema = http.post("/block_schemas/", json={"fields": FIELDS, "block_type_id": kind}).json()
        body = {"block_type_id": kind, "block_schema_id": schema["id"]}
        leaf = http.post("/block_documents/", json={**body, "name": "leaf", "data": DATA})
        holds = {**DATA, "inner": {"$ref": {"block_document_id": leaf.json()["id"]}}}
        whole = http.post("/block_documents/", json={**body, "name": "whole", "data": holds})
        self.said = [leaf.text, whole.text]
        self.secret_ids = [leaf.json()["id"], whole.json()["id"]]
        self.ids["block_document"] += self.secret_ids
        self.names["block_document"] = ["leaf", "whole"]
        self.ids["block_type"].append(kind)
        self.names["block_type"].append("keeper")
        self.ids["block_schema"].append(schema["id"])
        self.names["block_schema"].append(schema["checksum"])
        change = {"data": {"name": "still in the open", "url": "http://127.0.0.1:9/swordfish-new"}}
        self.said.append(http.patch(f"/block_documents/{self.secret_ids[0]}", json=change).text)
        # said in the clear, as whoever sends it knows it anyhow: it must not come back from elsewhere
        self.said.append(http.post("/block_documents/", json={**body, "name": "leaf", "data": DATA}).text)

    def paths(self, operation: Operation) -> list[str]:
        """The path of the operation for everything that it may be about."""
        segments = operation.path.split("/")
        known: list[list[str]] = []
        for name in operation.path_names:
            before = segments[segments.index(f"{{{name}}}") - 1].removesuffix("s")
            kind = name.removesuffix("_id").removesuffix("_name")
            kind = {"slug": "block_type", "id": before, "name": before}.get(name, kind)
            kind = kind if kind in self.ids else next(s for s in segments if s).removesuffix("s")
            found = self.ids if name == "id" or name.endswith("_id") else self.names
            known.append(found.get(kind) or ["none"])
        form = re.sub(r"{\w+}", "{}", operation.path)
        return [form.format(*chosen) for chosen in itertools.product(*known)]


READING = [
    each
    for each in routes.all_operations()
    if each.reads or each.method == "GET" or each.path.endswith(("/filter", "/paginate"))
]


def test_no_answer_has_a_secret(http: httpx.Client) -> None:
    kept = Kept(http)
    answers = {f"told {number}": text for number, text in enumerate(kept.said)}
    asked: dict[str, set[int]] = {}
    for operation in READING:
        for path in kept.paths(operation):
            body = {} if operation.method == "POST" else None
            answer = http.request(operation.method, path, json=body)
            asked.setdefault(operation.path, set()).add(answer.status_code)
            answers[f"{operation.method} {path}"] = answer.text
    leaking = {
        where: re.findall(r".{30}swordfish.{12}", text)
        for where, text in answers.items()
        if "swordfish" in text
    }
    assert leaking == {}
    lists = ("/block_documents/filter", "/block_types/slug/{slug}/block_documents")
    for path in (*lists, "/block_documents/{id}", "/admin/settings", "/events/filter"):
        assert 200 in asked[path], path
    assert answers["POST /block_documents/filter"].count(MASK) > 10
    shown = http.get(f"/block_documents/{kept.secret_ids[1]}", params={"include_secrets": True}).text
    assert shown.count("swordfish") == 14


@pytest.mark.parametrize(
    "body",
    [
        {"name": "a/b", "data": DATA},
        {"name": 5, "data": DATA, "surplus": 1},
        {"name": "a", "data": "swordfish"},
        {"name": "a", "data": ["swordfish", DATA]},
    ],
)
def test_a_refused_block_is_not_told_back(http: httpx.Client, body: dict[str, Any]) -> None:
    answer = http.post("/block_documents/", json=body)
    assert answer.status_code == 422
    assert "swordfish" not in answer.text
    assert answer.json()["request_body"]["data"] == MASK
    assert answer.json()["request_body"]["name"] == body["name"]
    broken = http.post("/block_documents/", content=b'{"data": "swordfish"')
    assert (broken.status_code, "swordfish" in broken.text) == (422, False)
    changed = http.patch(f"/block_documents/{fuzz.uuid4()}", json={"data": 5, "block_schema_id": "no id"})
    assert (changed.status_code, changed.json()["request_body"]["data"]) == (422, MASK)
