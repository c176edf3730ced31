"""Blocks as users save and load them."""

from __future__ import annotations

import asyncio
import inspect
import json
import pickle
import uuid
from collections.abc import Callable
from typing import Any

import cloudpickle
import pytest
from pydantic import SecretStr, ValidationError

from prefect import flow
from prefect.blocks.abstract import CredentialsBlock, NotificationBlock
from prefect.blocks.core import Block, BlockNotSavedError, InvalidBlockRegistration, UnknownBlockType
from prefect.blocks.system import JSON, Secret
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectAlreadyExists


class Credentials(Block):
    host: str
    pw: SecretStr | None = None


class Extended(Credentials):
    _block_type_name = "Extended"
    token: SecretStr = SecretStr("t0")


class Service(Block):
    credentials: Credentials
    others: list[Credentials] = []
    by_name: dict[str, Credentials] = {}
    keys: dict[str, SecretStr] = {}
    n: int = 3


class Changing(Block):
    a: int
    secret: SecretStr | None = None


class Tree(Block):
    pw: SecretStr
    children: list[Tree] = []


def clear(block: Block) -> dict[str, Any]:
    return block.model_dump(mode="json", context={"include_secrets": True})


def data(name: str, slug: str, *, secrets: bool = True) -> dict[str, Any]:
    with get_client(sync_client=True) as client:
        return client.read_block_document_by_name(name, slug, include_secrets=secrets).data


def test_save_and_load() -> None:
    block = Credentials(host="h", pw=SecretStr("secret"))
    id = block.save("one")
    assert isinstance(id, uuid.UUID)
    assert (block._block_document_id, block._block_document_name, block._is_anonymous) == (id, "one", False)
    loaded = Credentials.load("one")
    assert loaded == block
    assert loaded.pw is not None
    assert loaded.pw.get_secret_value() == "secret"
    assert Block.load("credentials/one") == block
    assert block.get_block_placeholder() == "prefect.blocks.credentials.one"
    assert data("one", "credentials", secrets=False) == {"host": "h", "pw": "********"}


def test_names() -> None:
    block = Credentials(host="h")
    with pytest.raises(ValueError, match="needs a name"):
        block.save()
    with pytest.raises(BlockNotSavedError):
        block.get_block_placeholder()
    for name in ("a/b", "Upper", "under_score", "ü"):
        with pytest.raises(ValidationError):
            block.save(name)
    block.save("one")
    with pytest.raises(ValueError, match="overwrite"):
        Credentials(host="other").save("one")
    assert Credentials(host="other").save("one", overwrite=True) == block._block_document_id
    assert Credentials.load("one").host == "other"
    block.save(overwrite=True)
    assert Credentials.load("one").host == "h"


def test_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="'nope' of the type 'credentials'"):
        Credentials.load("nope")
    with pytest.raises(ValueError, match="type-slug/x"):
        Block.load("x")
    with pytest.raises(ValueError, match="'x' of the type 'no-type'"):
        Block.load("no-type/x")
    with pytest.raises(ValueError, match="'nope'"):
        Credentials.delete("nope")
    with pytest.raises(UnknownBlockType, match="'no-type'"):
        Block.get_block_class_from_key("no-type")
    Credentials(host="h").save("one")
    Credentials.delete("one")
    with pytest.raises(ValueError, match="'one'"):
        Credentials.load("one")


def test_references() -> None:
    block = Credentials(host="h")
    id = block.save("one")
    slug = "credentials/one"
    for ref in (id, str(id), {"block_document_id": str(id)}, {"block_document_slug": slug}):
        assert Block.load_from_ref(ref) == block
    for wrong in ("credentials/one", {"x": 1}, {"block_document_slug": "one"}):
        with pytest.raises(ValueError, match=r"UUID|refers to no block|type-slug/name"):
            Block.load_from_ref(wrong)
    with pytest.raises(ValueError, match="id"):
        Block.load_from_ref(uuid.uuid4())
    with pytest.raises(RuntimeError, match="does not fit the class Service"):
        Service.load_from_ref(id)


def test_parameters_of_flows_refer_to_blocks() -> None:
    id = Credentials(host="h").save("one")

    @flow
    def of_credentials(c: Credentials) -> str:
        return f"{type(c).__name__} {c.host}"

    assert of_credentials({"$ref": str(id)}) == "Credentials h"  # pyright: ignore[reportArgumentType]


def test_blocks_inside_blocks() -> None:
    saved = Extended(host="s", token=SecretStr("T"))
    saved.save("saved")
    block = Service(
        credentials=saved,
        others=[saved, Extended(host="q", pw=SecretStr("p2"), token=SecretStr("U"))],
        by_name={"k": Credentials(host="z", pw=SecretStr("p3"))},
        keys={"a": SecretStr("p4")},
    )
    block.save("service")
    hidden = data("service", "service", secrets=False)
    text = json.dumps(hidden)
    assert not any(secret in text for secret in ('"T"', '"U"', "p2", "p3", "p4"))
    loaded = Service.load("service")
    assert clear(loaded) == clear(block)
    assert type(loaded.credentials) is Extended
    assert loaded.credentials._block_document_name == "saved"
    assert isinstance(loaded.others[1], Extended)
    assert loaded.others[1].token.get_secret_value() == "U"
    Extended(host="changed").save("saved", overwrite=True)
    assert Service.load("service").credentials.host == "changed"
    Extended.delete("saved")
    with pytest.raises(RuntimeError, match="credentials: Field required"):
        Service.load("service")


def test_blocks_that_hold_their_own_kind() -> None:
    tree = Tree(pw=SecretStr("p1"), children=[Tree(pw=SecretStr("p2"), children=[Tree(pw=SecretStr("p3"))])])
    tree.save("tree")
    assert clear(Tree.load("tree"))["children"] == clear(tree)["children"]
    text = json.dumps(data("tree", "tree", secrets=False))
    assert not any(secret in text for secret in ("p1", "p2", "p3"))


def test_dumps() -> None:
    block = Credentials(host="h", pw=SecretStr("secret"))
    assert repr(block) == "Credentials(host='h', pw=SecretStr('**********'))"
    assert block.model_dump(mode="json") == {
        "host": "h",
        "pw": "**********",
        "block_type_slug": "credentials",
    }
    shown = block.model_dump(context={"include_secrets": True})
    assert shown["pw"] == "secret"
    assert json.loads(block.model_dump_json(context={"include_secrets": True}))["pw"] == "secret"
    id = block.save("one")
    dumped = block.model_dump(context={"include_secrets": True})
    assert (dumped["_block_document_id"], dumped["_block_document_name"]) == (id, "one")
    assert clear(Credentials(**dumped)) == clear(block)
    assert Credentials.model_validate(dumped)._block_document_id == id
    deep = Service(credentials=Extended(host="h", token=SecretStr("T")))
    fields = deep.model_dump(mode="json", context={"include_secrets": True})["credentials"]
    assert (fields["token"], fields["block_type_slug"]) == ("T", "extended")


@pytest.mark.parametrize("pickler", [pickle, cloudpickle])
def test_pickles(pickler: Any) -> None:
    block = Secret(value="x")
    block.save("s")
    again = pickler.loads(pickler.dumps(block))
    assert (again, again._block_document_name) == (block, "s")


def test_changed_classes() -> None:
    Changing(a=1, secret=SecretStr("shh")).save("c")

    with pytest.warns(UserWarning, match="takes the type 'changing'"):

        class Changing2(Block):
            _block_type_slug = "changing"
            a: int
            b: int
            c: int = 3
            secret: SecretStr | None = None

    with pytest.raises(RuntimeError, match="b: Field required") as refused:
        Changing2.load("c")
    assert "shh" not in repr(refused.value.__cause__)
    with pytest.warns(UserWarning, match="does not fit the class"):
        loaded: Any = Changing2.load("c", validate=False)
    assert (loaded.a, loaded.b, loaded.c) == (1, None, 3)
    assert "shh" not in repr(loaded)
    loaded.b = 2
    loaded.save("c", overwrite=True)
    assert Changing2.load("c").b == 2


def test_interfaces_are_not_registered() -> None:
    for cls in (Block, CredentialsBlock, NotificationBlock):
        with pytest.raises(InvalidBlockRegistration):
            cls.register_type_and_schema()
    Service.register_type_and_schema()
    with get_client(sync_client=True) as client:
        assert {each.slug for each in client.read_block_types()} == {"credentials", "service"}


def test_interfaces_load_their_implementations() -> None:
    class Key(CredentialsBlock):
        key: SecretStr

        def get_client(self, *args: Any, **kwargs: Any) -> str:
            return self.key.get_secret_value()

    class Uses(Block):
        credentials: CredentialsBlock

    Uses(credentials=Key(key=SecretStr("k"))).save("inline")
    Key(key=SecretStr("k2")).save("k")
    Uses(credentials=Key.load("k")).save("by-reference")
    assert Uses.load("inline").credentials.get_client() == "k"
    assert Uses.load("by-reference").credentials.get_client() == "k2"
    assert data("inline", "uses", secrets=False)["credentials"]["key"] == "********"


def test_a_wrong_type_inside() -> None:
    with pytest.raises(ValidationError, match="is no 'credentials'"):
        Service.model_validate({"credentials": {"host": "h", "block_type_slug": "changing"}})
    with pytest.raises(UnknownBlockType):
        Credentials(host="h", block_type_slug="nope")  # pyright: ignore[reportCallIssue]


def test_anonymous_blocks() -> None:
    block = Credentials(host="h")
    id = block._save(is_anonymous=True)
    assert block._is_anonymous
    assert Block.load_from_ref(id) == block
    with get_client(sync_client=True) as client:
        assert client.read_block_documents() == []


def test_initialization() -> None:
    class Counting(Block):
        x: int = 1
        _count: int = 0

        def block_initialization(self) -> None:
            self._count += 1

    Counting(x=2).save("c")
    assert Counting.load("c")._count == 1
    assert Counting()._count == 1


def test_extra_fields_are_kept_but_not_saved() -> None:
    block = Changing(a=1, extra="e")  # pyright: ignore[reportCallIssue]
    assert block.extra == "e"  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    block.save("c")
    assert data("c", "changing") == {"a": 1, "secret": None}


def test_async_code() -> None:
    async def work() -> Any:
        secret = Secret(value="x")
        coroutine: Any = secret.save("s")
        assert inspect.iscoroutine(coroutine)
        await coroutine
        first: Any = await Secret.aload("s")
        second: Any = await Block.load("secret/s")  # pyright: ignore[reportGeneralTypeIssues]
        await Secret.adelete("s")
        return first.get(), second.get()

    assert asyncio.run(work()) == ("x", "x")


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("abc", "abc"),
        ("123", "123"),
        ("true", "true"),
        ("null", "null"),
        ('"q"', '"q"'),
        ('{"a": 1}', {"a": 1}),
        ("[1]", [1]),
        ("{no json", "{no json"),
        (123, 123),
        ({"a": 1}, {"a": 1}),
        ([1, 2], [1, 2]),
        (None, None),
        (1.5, 1.5),
        (SecretStr("12"), "12"),
    ],
)
def test_secrets(value: Any, got: Any) -> None:
    secret = Secret(value=value)
    assert secret.get() == got
    assert type(secret.get()) is type(got)
    secret.save("s")
    assert Secret.load("s").get() == got
    assert type(Secret.load("s").get()) is type(got)
    assert "abc" not in repr(secret)
    assert data("s", "secret", secrets=False)["value"] == (None if value is None else "********")


def test_typed_secrets() -> None:
    assert Secret[int](value="4").get() == 4  # pyright: ignore[reportArgumentType]
    Secret[int](value=4).save("typed")  # pyright: ignore[reportArgumentType]
    assert Secret.load("typed").get() == 4


def test_old_blocks_say_that_they_are_old() -> None:
    with pytest.warns(DeprecationWarning, match="variables"):
        JSON(value={"a": 1}).save("j")
    with pytest.warns(DeprecationWarning, match="variables"):
        assert Block.load("json/j").value == {"a": 1}  # pyright: ignore[reportAttributeAccessIssue]


def test_the_client_speaks_of_documents() -> None:
    from prefect.client.schemas.actions import (
        BlockDocumentCreate,
        BlockDocumentUpdate,
        BlockTypeCreate,
        BlockTypeUpdate,
    )

    Credentials.register_type_and_schema()
    with get_client(sync_client=True) as client:
        type_ = client.read_block_type_by_slug("credentials")
        schema = client.get_most_recent_block_schema_for_block_type(type_.id)
        assert schema is not None
        assert client.read_block_schema_by_checksum(schema.checksum) == schema
        create: Callable[..., Any] = BlockDocumentCreate
        made = client.create_block_document(
            create(
                name="d",
                data={"host": "h", "pw": SecretStr("s")},
                block_schema_id=schema.id,
                block_type_id=type_.id,
            )
        )
        assert client.read_block_document(made.id).data == {"host": "h", "pw": "s"}
        client.update_block_document(made.id, BlockDocumentUpdate(data={"host": "h2"}))
        (found,) = client.read_block_documents_by_type("credentials")
        assert found.data == {"host": "h2", "pw": "s"}
        client.delete_block_document(made.id)
        client.update_block_type(type_.id, BlockTypeUpdate(description="new"))
        assert client.read_block_type_by_slug("credentials").description == "new"
        with pytest.raises(ObjectAlreadyExists):
            client.create_block_type(BlockTypeCreate(name="x", slug="credentials"))
