"""The schema of a block: its shape and its checksum, which other programs rely on."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest
from pydantic import BaseModel, Field, SecretBytes, SecretStr

from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.filesystems import SMB, LocalFileSystem, RemoteFileSystem
from prefect.types import SecretDict


class Simple(Block):
    x: int
    y: str = "a"


class Inner(Block):
    """Inner doc.

    More text here.

    Attributes:
        host: the host

    Example:
        Use it:
        ```python
        Inner.load("x")
        ```
    """

    _block_type_name = "Inner Thing"
    host: str
    pw: SecretStr | None = None


class Outer(Block):
    _block_type_name = "My Outer Thing!"
    _logo_url = "https://example.com/x.png"
    inner: Inner
    n: int = Field(default=3, description="the n", title="Enn")


class Middle(Block):
    outer: Outer
    other: Inner | None = None


class Either(Block):
    _block_type_slug = "uni"
    model_config = pydantic.ConfigDict(title="Uni")
    a: Inner | Simple
    b: Inner | Simple | None = None


class Lists(Block):
    items: list[Inner]
    d: dict[str, Inner] = {}
    s: dict[str, SecretStr] = {}
    l: list[SecretStr] = []  # noqa: E741
    o: dict[str, SecretStr] | None = None


class Secrets(Block):
    a: SecretStr
    b: SecretBytes
    c: pydantic.Secret[int]
    d: SecretDict
    e: SecretDict | None = None
    f: SecretStr | None = Field(default=None, description="eff")
    g: SecretStr | SecretBytes | None = None


class Model(BaseModel):
    """A model"""

    p: SecretStr
    q: int = 0


class Model2(BaseModel):
    m: Model
    ms: list[Model] = []


class WithModel(Block):
    m: Model
    o: Model | None = None
    l: list[Model] = []  # noqa: E741
    d: dict[str, Model] = {}
    deep: Model2 | None = None


class Tree(Block):
    name: str
    pw: SecretStr
    children: list[Tree] = []


# what other implementations compute for the same classes: stored documents refer to these
RECORDED = {
    Simple: "4f4e742d7ed746b103ef558d037ba6fff1134ce68613daeda699c02c6caed43c",
    Inner: "c6612b3b5e353f0b6c12236324aba47b3a6c4f127d307e88d42c77a26484dc83",
    Outer: "74b8934a72e19bf96278bbdc0ffc1059c32c4584dec5a57f6c403a7295bb7361",
    Middle: "d6d20ad0f426c44724cd8aa152203ab6f430fe00d30cc04bffc984477d235514",
    Either: "093785c4b5cff2a341919e7aa11f7b7b827f522d53865f064d17a62450d53a5c",
    Lists: "993c06fa597d92cf748501b92c46717b77abe18db49b2c40e661d65e33dc1f3e",
    Secrets: "f51ee806013f1ca62aadc169549d4c660584a35d575f02847ddcff24d34226d5",
    WithModel: "7c68858ab15fa3c23db6de652a41f6cca1e82c3034b4bf4a86ab0b877c39619b",
    Secret: "c078ed9c1e813e224c0b353d7ad4564a11d51d3198d9ac0686478165a1911c78",
    LocalFileSystem: "0fc8b7f936f38f465715ef2df4a817ac9fe38b80bb01d5c6c9649a6da6ae6971",
    RemoteFileSystem: "3bca63009aa57af6c7053fc17a2a336a1e1801bbb19ca2c5939b59afe435c531",
    SMB: "849cd014b777a64ee219f6b8b13c15b37c34ea4138d9224c4d45bf00ba2e4681",
}


@pytest.mark.parametrize("cls", RECORDED, ids=lambda cls: cls.__name__)
def test_recorded_checksums(cls: type[Block]) -> None:
    assert cls._calculate_schema_checksum() == f"sha256:{RECORDED[cls]}"


def test_shape() -> None:
    inner = {
        "block_schema_references": {},
        "block_type_slug": "inner-thing",
        "description": "Inner doc.\n\nMore text here.",
        "properties": {
            "host": {"title": "Host", "type": "string", "position": 0},
            "pw": {
                "anyOf": [{"format": "password", "type": "string", "writeOnly": True}, {"type": "null"}],
                "default": None,
                "title": "Pw",
                "position": 1,
            },
        },
        "required": ["host"],
        "secret_fields": ["pw"],
        "title": "Inner",
        "type": "object",
    }
    assert Inner.model_json_schema() == inner
    schema = Outer.model_json_schema()
    assert schema["definitions"] == {"Inner": inner}
    assert schema["secret_fields"] == ["inner.pw"]
    assert schema["block_schema_references"] == {
        "inner": {
            "block_schema_checksum": Inner._calculate_schema_checksum(),
            "block_type_slug": "inner-thing",
        }
    }


@pytest.mark.parametrize(
    ("cls", "secrets"),
    [
        (Middle, ["outer.inner.pw", "other.pw"]),
        (Either, ["a.pw", "b.pw"]),
        (Lists, ["items.pw", "d.pw", "s", "l", "o"]),
        (Secrets, ["a", "b", "c", "d.*", "e.*", "f", "g", "g"]),
        (WithModel, ["m.p", "o.p", "l.p", "d.p", "deep.m.p", "deep.ms.p"]),
        (Tree, ["pw"]),
    ],
)
def test_secret_fields(cls: type[Block], secrets: list[str]) -> None:
    assert cls.model_json_schema()["secret_fields"] == secrets


def test_names_and_slugs() -> None:
    assert (Outer.get_block_type_name(), Outer.get_block_type_slug()) == ("My Outer Thing!", "my-outer-thing")
    assert (WithModel.get_block_type_name(), WithModel.get_block_type_slug()) == ("WithModel", "withmodel")
    assert Secret[int].get_block_type_slug() == "secret"
    assert LocalFileSystem.get_block_capabilities() == {
        "read-path",
        "write-path",
        "get-directory",
        "put-directory",
    }


def test_descriptions_and_examples() -> None:
    assert Inner.get_description() == "Inner doc.\n\nMore text here."
    assert Inner.get_code_example() == 'Use it:\n```python\nInner.load("x")\n```'
    assert Outer.get_description() is None
    assert Outer.get_code_example().endswith('my_outer_thing_block = Outer.load("BLOCK_NAME")\n```')


@pytest.mark.parametrize(
    ("text", "description", "example"),
    [
        ("The following:\n    one\n    two\n\nafter", "after", None),
        ("Text.\n\nNote: titled\n    body\n\nafter", "Text.", None),
        ("Text.\n\nUses:\n\n    blank", "Text.\n\nUses:\n\n    blank", None),
        ("Text.\n\nExample:\n    >>> 1\n    1\n\nTrailing.", "Text.", ">>> 1\n1"),
        ("Text.\n\nArgs:\n    a: x\n\nMiddle.\n\nExamples:\n    code\n", "Text.", "code"),
        ("Text.\n\n    indented\n\nmore", "Text.\n\n    indented\n\nmore", None),
        ("Text.\n```python\nExample:\n    x\n```\n", "Text.\n```python\nExample:\n    x\n```", None),
        ("Text.\nArgs:\n    a: direct", "Text.\nArgs:\n    a: direct", None),
        ("Text.\n\nReturns: something", "Text.\n\nReturns: something", None),
        ("", None, None),
    ],
)
def test_docstrings(text: str, description: str | None, example: str | None) -> None:
    from prefect.blocks import _docstrings

    assert _docstrings.description(text) == description
    assert _docstrings.example(text) == example


def test_annotations() -> None:
    refers: Any = Block.annotation_refers_to_block_class
    assert [refers(each) for each in (Inner, Inner | None, list[Inner], int, type[Inner])] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert Block.is_block_class(Inner)
    assert not Block.is_block_class(Inner.model_construct())
