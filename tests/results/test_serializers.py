"""Serializers bring values back as they were, and say clearly what they cannot keep."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import ipaddress
import json
import pathlib
import sys
import threading
import uuid
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._engine.persist.record import serializer_of
from prefect.exceptions import SerializationError
from prefect.results import ResultRecord, ResultRecordMetadata
from prefect.serializers import (
    CompressedJSONSerializer,
    CompressedPickleSerializer,
    CompressedSerializer,
    JSONSerializer,
    PickleSerializer,
    Serializer,
    UnknownSerializer,
)


class Color(enum.Enum):
    RED = "red"
    PAIR = (1, 2)


class Model(pydantic.BaseModel):
    x: int
    at: dt.datetime


@dataclasses.dataclass
class Point:
    x: int
    tag: uuid.UUID
    inner: list[Any] = dataclasses.field(default_factory=list)
    double: int = dataclasses.field(init=False, default=0)


class Strange(Exception):
    def __init__(self, a: int, b: int) -> None:
        super().__init__(f"{a} and {b}")


class OnlyHere:
    def __init__(self, *args: Any) -> None:
        raise AssertionError("a class that was not encodable must not be made")


ALL = [
    PickleSerializer(),
    JSONSerializer(),
    CompressedPickleSerializer(),
    CompressedJSONSerializer(),
    CompressedSerializer(serializer="json", compressionlib="zlib"),
]
moments = st.datetimes() | st.dates() | st.times() | st.timedeltas() | st.datetimes(timezones=st.just(dt.UTC))
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)
texts = st.text(st.characters(codec="utf-8"))
known = plain | texts | st.binary() | moments | st.uuids() | st.decimals(allow_nan=False) | st.fractions()
values = st.recursive(
    known,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(texts, inner)
        | st.sets(st.integers(0, 99) | st.uuids())
        | st.frozensets(texts)
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("serializer", ALL, ids=lambda s: s.type)
@given(value=values)
def test_a_value_comes_back_as_it_was(serializer: Serializer, value: Any) -> None:
    back = serializer.loads(serializer.dumps(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        Color.RED,
        Color.PAIR,
        Model(x=1, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        Point(1, uuid.UUID(int=1), [decimal.Decimal("1.50"), Point(2, uuid.UUID(int=2))]),
        {(1, (2, 3)), (4, (5, 6))},
        1 + 2j,
        range(1, 9, 2),
        pathlib.Path("/x/y"),
        ipaddress.ip_address("::1"),
        bytearray(b"\xff\x00"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("serializer", ALL, ids=lambda s: s.type)
def test_objects_come_back_as_they_were(serializer: Serializer, value: Any) -> None:
    back = serializer.loads(serializer.dumps(value))
    assert back == value
    assert type(back) is type(value)


def test_another_json_library_can_be_named() -> None:
    serializer = JSONSerializer(jsonlib="orjson", dumps_kwargs={"option": 1})
    value = {"b": {3, 4}, "a": [ValueError("no"), decimal.Decimal("1.5")]}
    assert b'\n  "b"' in serializer.dumps(value)
    back = serializer.loads(serializer.dumps(value))
    assert back["b"] == {3, 4}
    assert back["a"][1] == decimal.Decimal("1.5")
    assert isinstance(back["a"][0], ValueError)


def test_exceptions_come_back_with_type_and_message() -> None:
    serializer = JSONSerializer()
    back = serializer.loads(serializer.dumps([ValueError("no"), Strange(1, 2)]))
    assert [(type(error), str(error)) for error in back] == [(ValueError, "no"), (Strange, "1 and 2")]


def test_the_bytes_are_text() -> None:
    assert PickleSerializer().dumps(1) == b"gAVLAS4=\n"
    assert JSONSerializer().dumps({"a": {1}}) == b'{"a": {"__class__": "builtins.set", "data": [1]}}'
    for serializer in ALL:
        serializer.dumps({"some": ["data"] * 50}).decode()


def test_an_open_file_leaves_a_note(tmp_path: pathlib.Path) -> None:
    with open(tmp_path / "file", "w") as file:
        back = JSONSerializer().loads(JSONSerializer().dumps([file]))
    assert "open TextIOWrapper" in back[0]


@pytest.mark.parametrize(
    "stored",
    [
        {"__class__": f"{__name__}.OnlyHere", "data": {}},
        {"__class__": "subprocess.Popen", "data": ["true"]},
        {"__class__": "os.system", "data": "true"},
        {"__class__": "no.such.thing", "data": 1},
        {"__class__": "builtins.object", "data": None},
        {"__exc_type__": "subprocess.Popen", "message": "true"},
        {"__exc_type__": "builtins.int", "message": "1"},
    ],
    ids=str,
)
def test_stored_json_cannot_make_any_other_class(stored: dict[str, Any]) -> None:
    sys.modules.setdefault(__name__, sys.modules[OnlyHere.__module__])
    with pytest.raises(SerializationError):
        JSONSerializer().loads(json.dumps([stored]).encode())


def test_plain_dictionaries_that_look_alike_are_left_alone() -> None:
    value = {"__class__": "x", "data": 1, "more": 2}
    assert JSONSerializer().loads(JSONSerializer().dumps(value)) == value


@pytest.mark.parametrize("serializer", [PickleSerializer(), JSONSerializer(), CompressedPickleSerializer()])
def test_what_cannot_be_kept_is_named(serializer: Serializer) -> None:
    with pytest.raises(SerializationError, match="lock"):
        serializer.dumps({"a": [1, {"b": threading.Lock()}]})


def test_the_place_of_what_cannot_be_pickled_is_told() -> None:
    with pytest.raises(SerializationError, match=r"result\['a'\]\[1\]\['b'\].*persist_result=False"):
        PickleSerializer().dumps({"a": [1, {"b": threading.Lock()}]})


def test_json_needs_text_as_keys() -> None:
    with pytest.raises(SerializationError, match="text as keys"):
        JSONSerializer().dumps({(1, 2): 3})


def test_the_type_chooses_the_class() -> None:
    assert Serializer(type="json", dumps_kwargs={"indent": 1}) == JSONSerializer(dumps_kwargs={"indent": 1})
    assert isinstance(Serializer.model_validate({"type": "compressed/pickle"}), CompressedPickleSerializer)
    assert serializer_of("pickle") == PickleSerializer()


def test_a_subclass_registers_itself() -> None:
    class Upper(Serializer):
        type: str = "upper"
        times: int = 1

        def dumps(self, obj: str) -> bytes:
            return obj.upper().encode()

        def loads(self, blob: bytes) -> str:
            return blob.decode()

    made = Serializer(type="upper", times=2)
    assert isinstance(made, Upper)
    nested = CompressedSerializer(serializer=made)
    assert nested.model_dump()["serializer"] == {"type": "upper", "times": 2}
    assert CompressedSerializer.model_validate(nested.model_dump()) == nested
    assert nested.loads(nested.dumps("a")) == "A"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Serializer(type="nope"), "no serializer of type 'nope'"),
        (lambda: Serializer(), "Field required"),
        (lambda: Serializer(type="json", foo=1), "foo"),
        (lambda: JSONSerializer(dumps_kwargs={"default": str}), "object_encoder"),
        (lambda: JSONSerializer(loads_kwargs={"object_hook": str}), "object_decoder"),
        (lambda: PickleSerializer(picklelib="nope"), "cannot be imported"),
        (lambda: PickleSerializer(picklelib="math"), "no `dumps`"),
        (lambda: CompressedSerializer(serializer="json", compressionlib="math"), "no `compress`"),
    ],
)
def test_bad_configurations_are_refused(make: Any, words: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=words):
        make()


def test_an_unknown_type_raises_only_when_it_is_used() -> None:
    placeholder = serializer_of({"type": "from-elsewhere", "option": 1})
    assert isinstance(placeholder, UnknownSerializer)
    assert placeholder.model_dump() == {"type": "from-elsewhere", "option": 1}
    with pytest.raises(SerializationError, match="from-elsewhere"):
        placeholder.loads(b"")


@pytest.mark.parametrize(
    "value",
    [b"", b"x", b"y" * 100_000, [b"z" * size for size in range(65_530, 65_560)], "é" * 800_001, {"a": 1.5}],
    ids=["nothing", "one byte", "one buffer", "many buffers", "text", "data"],
)
@pytest.mark.parametrize("kind", ["pickle", "json", "compressed/pickle"])
def test_pieces_and_whole_are_the_same(kind: str, value: Any) -> None:
    serializer = Serializer(type=kind)
    pieces: list[bytes] = []
    serializer.dump_to(value, pieces.append)
    assert serializer.loads(b"".join(pieces)) == serializer.loads(serializer.dumps(value)) == value


def test_text_is_cut_between_characters() -> None:
    metadata = ResultRecordMetadata(serializer=JSONSerializer(dumps_kwargs={"ensure_ascii": False}))
    record = ResultRecord(metadata=metadata, result="x" + "é" * (1 << 20) + '"\\')
    assert ResultRecord.deserialize(record.serialize()).result == record.result


def test_a_serializer_of_ones_own_that_derives_from_pickles_is_asked() -> None:
    class Reversed(PickleSerializer[Any]):
        type: str = "reversed"

        def dumps(self, obj: Any) -> bytes:
            return super().dumps(obj)[::-1]

    pieces: list[bytes] = []
    Reversed().dump_to(1, pieces.append)
    assert b"".join(pieces) == Reversed().dumps(1)


@pytest.mark.parametrize(
    "data",
    [
        b'{"metadata":{"serializer":{"type":"pickle"}},"result":"gARLAS4=\\n"}',
        b'{"metadata":{"serializer":{"type":"pickle"}},"result":"gARLAS4="}',
        b'{"metadata":{"serializer":{"type":"pickle"}},"result":"gA\\u0052LAS4="}',
        b'{ "metadata": {"serializer": {"type": "pickle"}}, "result": "gARLAS4="}',
        b'{"metadata":{"serializer":{"type":"pickle"}},"result":"gARLAS4=","more":"x"}',
        b'{"result":"gARLAS4=","metadata":{"serializer":{"type":"pickle"}}}',
        b'{"metadata":{"serializer":{"type":"json"}},"result":"1"}',
    ],
)
def test_records_are_read_whatever_the_form_of_their_json(data: bytes) -> None:
    assert ResultRecord.deserialize(data).result == 1
