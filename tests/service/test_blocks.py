"""Operations on block types, schemas and saved blocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from prefect._base.block_checksum import checksum
from prefect._base.errors import AlreadyExists, Conflict, Forbidden, Invalid, NotFound, OperationError
from prefect._service.block_documents import keys
from prefect._store.sql import Statement

MASK = "********"
NOBODY = "00000000-0000-0000-0000-000000000000"
FIELDS: dict[str, Any] = {
    "block_type_slug": "inner",
    "type": "object",
    "properties": {"host": {"type": "string"}, "pw": {"type": "string"}},
    "secret_fields": ["pw", "headers.*"],
    "block_schema_references": {},
}


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*keys.KEY_VARIABLES, keys.KEY_FILE_VARIABLE):
        monkeypatch.delenv(name, raising=False)


class Kind:
    """A block type with a schema, and its saved blocks."""

    def __init__(
        self, api: Any, slug: str = "inner", fields: dict[str, Any] | None = None, **schema: Any
    ) -> None:
        self.api = api
        self.type = api("block_types.create", body={"name": slug.title(), "slug": slug})
        body = {"fields": {**(fields or FIELDS), "block_type_slug": slug}, "block_type_id": self.type["id"]}
        self.schema = api("block_schemas.create", body=body | schema)

    def save(self, name: str | None = "one", **data: Any) -> dict[str, Any]:
        body = {"name": name, "data": data, "is_anonymous": name is None}
        return self.api("block_documents.create", body=body | self.ids)

    @property
    def ids(self) -> dict[str, str]:
        return {"block_schema_id": self.schema["id"], "block_type_id": self.type["id"]}


def read(api: Any, document: dict[str, Any], *, secrets: bool = True) -> Any:
    return api("block_documents.read", id=document["id"], include_secrets=secrets)["data"]


def ref(document: dict[str, Any]) -> dict[str, Any]:
    return {"$ref": {"block_document_id": document["id"]}}


def test_types(api: Any) -> None:
    made = api("block_types.create", body={"name": "My Type", "slug": "my-type", "description": "d"})
    assert api("block_types.read", id=made["id"]) == made
    assert api("block_types.read_by_slug", slug="my-type") == made
    with pytest.raises(AlreadyExists, match="my-type"):
        api("block_types.create", body={"name": "Other", "slug": "my-type"})
    with pytest.raises(Forbidden, match="reserved"):
        api("block_types.create", body={"name": "Prefect Thing", "slug": "thing"})
    api("block_types.update", id=made["id"], body={"description": None, "code_example": "c"})
    found = api("block_types.read", id=made["id"])
    assert (found["description"], found["code_example"]) == (None, "c")
    assert [each["slug"] for each in api("block_types.filter", body={})] == ["my-type"]
    assert api("block_types.filter", body={"block_types": {"name": {"like_": "nothing"}}}) == []
    api("block_types.delete", id=made["id"])
    with pytest.raises(NotFound, match="Block type"):
        api("block_types.read_by_slug", slug="my-type")


def test_schemas_are_made_once(api: Any) -> None:
    kind = Kind(api, capabilities=["b", "a"])
    assert kind.schema["checksum"] == checksum(kind.schema["fields"])
    assert kind.schema["block_type"] == kind.type
    again = api(
        "block_schemas.create", body={"fields": kind.schema["fields"], "block_type_id": kind.type["id"]}
    )
    assert (again, api.status) == (kind.schema, 200)
    api.clock.advance(1)
    newer = api(
        "block_schemas.create",
        body={
            "fields": kind.schema["fields"],
            "block_type_id": kind.type["id"],
            "version": "2",
            "capabilities": ["c"],
        },
    )
    assert newer["id"] != kind.schema["id"]
    by_checksum = {"checksum": kind.schema["checksum"]}
    assert api("block_schemas.read_by_checksum", **by_checksum) == newer
    assert api("block_schemas.read_by_checksum", version="non-versioned", **by_checksum) == kind.schema
    assert [each["id"] for each in api("block_schemas.filter", body={})] == [newer["id"], kind.schema["id"]]
    able = {"block_schemas": {"block_capabilities": {"all_": ["a", "b"]}}}
    assert [each["id"] for each in api("block_schemas.filter", body=able)] == [kind.schema["id"]]
    assert [each["slug"] for each in api("block_types.filter", body=able)] == ["inner"]
    assert api("block_capabilities.read") == ["a", "b", "c"]
    api("block_schemas.delete", id=newer["id"])
    with pytest.raises(NotFound):
        api("block_schemas.read", id=newer["id"])
    with pytest.raises(NotFound, match="Block type"):
        api("block_schemas.create", body={"fields": {}, "block_type_id": NOBODY})


def test_secrets_are_masked_unless_asked_for(api: Any) -> None:
    kind = Kind(api)
    made = kind.save(host="h", pw="secret", headers={"a": "s1", "b": {"c": "s2"}})
    hidden = {"host": "h", "pw": MASK, "headers": {"a": MASK, "b": MASK}}
    shown = {"host": "h", "pw": "secret", "headers": {"a": "s1", "b": {"c": "s2"}}}
    assert made["data"] == hidden
    assert read(api, made, secrets=False) == hidden
    assert read(api, made) == shown
    (listed,) = api("block_documents.filter", body={})
    assert listed["data"] == hidden
    (listed,) = api("block_documents.filter", body={"include_secrets": True})
    assert listed["data"] == shown
    named = {"slug": "inner", "block_document_name": "one"}
    assert api("block_types.read_document_by_name", **named)["data"] == hidden
    assert api("block_types.read_document_by_name", include_secrets=True, **named)["data"] == shown
    assert [each["data"] for each in api("block_types.read_documents", slug="inner")] == [hidden]


def test_secrets_inside_lists_dictionaries_and_blocks_of_other_kinds(api: Any) -> None:
    Kind(api)
    other = {"type": "object", "properties": {}, "secret_fields": ["token"]}
    Kind(api, "other", other)
    fields = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/definitions/Inner"}},
            "by_name": {"type": "object"},
            "any": {"anyOf": [{"$ref": "#/definitions/Inner"}, {"type": "null"}]},
        },
        "secret_fields": ["items.pw", "by_name.pw", "any.pw"],
        "definitions": {"Inner": FIELDS},
    }
    outer = Kind(api, "outer", fields)
    made = outer.save(
        items=[{"host": "h", "pw": "1"}, {"host": "h", "pw": None}],
        by_name={"pw": {"host": "h", "pw": "2"}, "deep": [{"pw": "3"}]},
        any={"host": "h", "pw": "4", "token": "5", "block_type_slug": "other"},
    )
    data = read(api, made, secrets=False)
    text = json.dumps(data)
    assert not any(f'"{secret}"' in text for secret in "12345")
    assert data["items"] == [{"host": "h", "pw": MASK}, {"host": "h", "pw": None}]
    assert data["any"]["host"] == "h"


def test_documents_are_encrypted_at_rest(api: Any) -> None:
    made = Kind(api).save(host="the-host", pw="the-secret")

    async def rows(unit: Any) -> Any:
        return await unit.one(Statement("x", "SELECT data FROM block_document"))

    token = api.unit(rows)["data"]
    assert "the-" not in token
    assert read(api, made)["pw"] == "the-secret"


def test_keys_are_changed_by_naming_the_old_one_behind(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind(api)
    first = kind.save("first", pw="1")  # with the key that is made in the database
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("PREFECT_SERVER_ENCRYPTION_KEY", old)
    second = kind.save("second", pw="2")
    monkeypatch.setenv("PREFECT_SERVER_ENCRYPTION_KEY", f"{new}, {old}")
    third = kind.save("third", pw="3")
    assert [read(api, each)["pw"] for each in (first, second, third)] == ["1", "2", "3"]
    monkeypatch.setenv("PREFECT_SERVER_ENCRYPTION_KEY", new)
    assert read(api, third)["pw"] == "3"
    with pytest.raises(OperationError, match="key that is not at hand"):
        read(api, second)


def test_keys_from_a_file(api: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{Fernet.generate_key().decode()}\n{Fernet.generate_key().decode()}\n")
    monkeypatch.setenv(keys.KEY_FILE_VARIABLE, str(file))
    made = Kind(api).save(pw="1")
    assert read(api, made)["pw"] == "1"
    monkeypatch.setenv(keys.KEY_FILE_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(OperationError, match="cannot be read"):
        read(api, made)
    monkeypatch.setenv(keys.KEY_FILE_VARIABLE, str(file))
    monkeypatch.setenv("PREFECT_SERVER_ENCRYPTION_KEY", "short")
    with pytest.raises(OperationError, match="32 bytes"):
        read(api, made)


def test_names(api: Any) -> None:
    kind = Kind(api)
    kind.save("one")
    with pytest.raises(AlreadyExists, match="'one'"):
        kind.save("one")
    anonymous = kind.save(None, host="h")
    assert anonymous["name"].startswith("anonymous-")
    assert api("block_documents.count") == 1
    assert [each["name"] for each in api("block_documents.filter", body={})] == ["one"]
    asked = {"block_documents": {"is_anonymous": {"eq_": True}}}
    assert [each["id"] for each in api("block_documents.filter", body=asked)] == [anonymous["id"]]
    either = {"block_documents": {"is_anonymous": None}}
    assert api("block_documents.count", body=either) == 2
    with pytest.raises(Conflict):
        api("block_documents.create", body={"name": "x", "block_schema_id": NOBODY, "block_type_id": NOBODY})


def test_orders_and_filters(api: Any) -> None:
    outer, inner = Kind(api, "zz"), Kind(api, "aa")
    outer.save("b")
    inner.save("c")
    outer.save("a")

    def names(**body: Any) -> list[str]:
        return [each["name"] for each in api("block_documents.filter", body=body)]

    assert names() == ["a", "b", "c"]
    assert names(sort="NAME_DESC") == ["c", "b", "a"]
    assert names(sort="BLOCK_TYPE_AND_NAME_ASC") == ["c", "a", "b"]
    assert names(limit=1, offset=1) == ["b"]
    assert names(block_types={"slug": {"any_": ["aa"]}}) == ["c"]
    assert names(block_documents={"name": {"like_": "B"}}) == ["b"]
    assert names(block_schemas={"id": {"any_": [inner.schema["id"]]}}) == ["c"]


def test_changes_keep_masked_secrets(api: Any) -> None:
    kind = Kind(api)
    made = kind.save(host="h", pw="secret", headers={"a": "1", "b": "2"})
    id = made["id"]
    api("block_documents.update", id=id, body={"data": {"host": "h2", "pw": MASK}})
    assert read(api, made) == {"host": "h2", "pw": "secret", "headers": {"a": "1", "b": "2"}}
    api("block_documents.update", id=id, body={"data": {"headers": {"a": MASK, "b": "new"}}})
    assert read(api, made)["headers"] == {"a": "1", "b": "new"}
    api("block_documents.update", id=id, body={"data": {"pw": MASK}, "merge_existing_data": False})
    assert read(api, made) == {"pw": "secret"}
    with pytest.raises(Invalid) as refused:
        api("block_documents.update", id=id, body={"block_schema_id": Kind(api, "other").schema["id"]})
    assert refused.value.status == 400
    with pytest.raises(NotFound, match="Block document"):
        api("block_documents.update", id=NOBODY, body={"data": {}})


def test_saved_blocks_in_saved_blocks(api: Any) -> None:
    kind = Kind(api)
    outer = Kind(api, "outer", {"type": "object", "properties": {}, "secret_fields": []})
    leaf = kind.save("leaf", host="h", pw="secret")
    middle = outer.save("middle", inner=ref(leaf))
    top = outer.save("top", middle=ref(middle), many=[ref(leaf)], n=1)
    answer = api("block_documents.read", id=top["id"], include_secrets=True)
    whole = {"host": "h", "pw": "secret"}
    assert answer["data"] == {"middle": {"inner": whole}, "many": [whole], "n": 1}
    assert set(answer["block_document_references"]) == {"middle", "many.0"}
    held = answer["block_document_references"]["middle"]["block_document"]
    assert (held["id"], held["name"], held["block_type"]["slug"]) == (middle["id"], "middle", "outer")
    assert held["block_document_references"]["inner"]["block_document"]["name"] == "leaf"
    hidden = {"host": "h", "pw": MASK}
    assert read(api, top, secrets=False) == {"middle": {"inner": hidden}, "many": [hidden], "n": 1}
    api("block_documents.update", id=leaf["id"], body={"data": {"host": "h2"}})
    assert read(api, top)["middle"]["inner"]["host"] == "h2"


def test_what_cannot_be_held(api: Any) -> None:
    kind = Kind(api)
    first = kind.save("first")
    second = kind.save("second", other=ref(first))
    with pytest.raises(Invalid, match="does not exist"):
        kind.save("third", other={"$ref": {"block_document_id": NOBODY}})
    for holder, held in ((first, first), (first, second)):
        with pytest.raises(Invalid, match="hold itself"):
            api("block_documents.update", id=holder["id"], body={"data": {"other": ref(held)}})


def test_removal(api: Any) -> None:
    kind = Kind(api)
    leaf = kind.save("leaf")
    outer = kind.save("outer", leaf=ref(leaf), many=[ref(leaf), 1])
    api("block_documents.delete", id=leaf["id"])
    assert read(api, outer) == {"many": [1]}
    with pytest.raises(NotFound):
        api("block_documents.delete", id=leaf["id"])
    api("block_types.delete", id=kind.type["id"])
    assert api("block_documents.count") == 0
    assert api("block_schemas.filter", body={}) == []
