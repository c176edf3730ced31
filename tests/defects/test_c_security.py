"""Secrets stay secret, and stored results cannot make their reader do anything."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from prefect import task
from prefect.blocks.core import Block
from prefect.client.orchestration import get_client
from prefect.exceptions import SerializationError
from prefect.results import ResultRecord
from prefect.serializers import JSONSerializer


class Inner(Block):
    """Something with a secret."""

    password: SecretStr


class Outer(Block):
    """Secrets in every kind of container."""

    tokens: list[SecretStr]
    by_name: dict[str, SecretStr]
    deep: list[dict[str, list[SecretStr]]]
    inner: list[Inner]
    in_names: dict[str, Inner]


def test_c1_secrets_in_containers_are_masked() -> None:
    words = [SecretStr(f"swordfish-{n}") for n in range(5)]
    Outer(
        tokens=[words[0]],
        by_name={"a": words[1]},
        deep=[{"b": [words[2]]}],
        inner=[Inner(password=words[3])],
        in_names={"c": Inner(password=words[4])},
    ).save("outer")
    with get_client(sync_client=True) as client:
        masked = client.read_block_document_by_name("outer", "outer", include_secrets=False)
        shown = client.read_block_document_by_name("outer", "outer", include_secrets=True)
        listed = client.read_block_documents(include_secrets=False)
    assert "swordfish" not in str(masked.model_dump(mode="json"))
    assert all("swordfish" not in str(each.model_dump(mode="json")) for each in listed)
    assert str(shown.data).count("swordfish") == 5
    loaded = Outer.load("outer")
    assert loaded.deep[0]["b"][0].get_secret_value() == "swordfish-2"
    assert loaded.in_names["c"].password.get_secret_value() == "swordfish-4"
    assert "swordfish" not in repr(loaded)


class Tripwire:
    """A class like thousands that can be imported: making one does something."""

    made: list[Any] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.made.append((args, kwargs))

    @classmethod
    def model_validate(cls, value: Any) -> Tripwire:
        return cls(value)


@pytest.mark.parametrize("name", [f"{__name__}.Tripwire", "subprocess.Popen", "builtins.eval", "os.system"])
@pytest.mark.parametrize(
    "form",
    [
        lambda name: {"__class__": name, "data": "x"},
        lambda name: {"__class__": name, "data": {"args": "x"}},
        lambda name: {"__exc_type__": name, "message": "x"},
        lambda name: [{"deep": {"__class__": name, "data": ["x"]}}],
    ],
    ids=["text", "object", "exception", "deep"],
)
def test_c2_json_makes_only_values_that_it_writes(name: str, form: Callable[[str], Any]) -> None:
    with pytest.raises(SerializationError):
        JSONSerializer().loads(json.dumps(form(name)).encode())
    assert Tripwire.made == []


def test_c2_what_is_not_accepted_can_be_opted_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tripwire, "made", [])
    accepting = JSONSerializer(object_decoder=f"{__name__}.decoded")
    assert accepting.loads(b'{"__class__": "tests.Tripwire", "data": "x"}') == "decoded x"


def decoded(data: dict[str, Any]) -> Any:
    return f"decoded {data['data']}" if "data" in data else data


def test_c3_results_are_readable_by_their_owner_only(stored: Callable[[], list[Path]]) -> None:
    before = os.umask(0)
    try:

        @task(persist_result=True, result_storage_key="below/{parameters[x]}")
        def kept(x: int) -> int:
            return x

        kept(1)
        state = task(persist_result=True)(lambda: 5)(return_state=True)
    finally:
        os.umask(before)
    assert state.result() == 5
    assert len(stored()) == 2
    for path in stored():
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    found = ResultRecord.deserialize(next(p for p in stored() if p.name == "1").read_bytes())
    assert found.result == 1
