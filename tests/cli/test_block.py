"""``prefect block`` on the embedded store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect._link import choose
from prefect.blocks.system import Secret

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def store(home: Any) -> Iterator[None]:
    choose.reset()
    yield
    choose.reset()


def test_saved_blocks(prefect: Run) -> None:
    assert prefect("block", "ls", "-o", "json").json == []
    id = Secret(value="hidden").save("key")
    assert "secret/key" in prefect("blocks", "ls").out
    shown = prefect("block", "inspect", "secret/key")
    assert ("********" in shown.out, "hidden" in shown.out, shown.code) == (True, False, 0)
    assert prefect("block", "inspect", "--id", str(id), "-o", "json").json["data"] == {"value": "********"}
    for wrong in (("secret/nope",), ("secret",), (), ("secret/key", "--id", str(id))):
        assert prefect("block", "inspect", *wrong).code == 1
    assert "Deleted Block 'secret/key'" in prefect("block", "delete", "secret/key").out
    assert prefect("block", "delete", "secret/key").code == 1


def test_types(prefect: Run) -> None:
    slugs = {each["slug"] for each in prefect("block", "type", "ls", "-o", "json").json}
    assert {"secret", "local-file-system", "remote-file-system", "smb"} <= slugs
    assert "local-file-system" in prefect("block", "type", "ls").out
    found = prefect("block", "types", "inspect", "secret", "-o", "json").json
    assert (found["block_type"]["slug"], found["schema"]["block_type"]["is_protected"]) == ("secret", True)
    assert "basepath" in prefect("block", "type", "inspect", "local-file-system").out
    refused = prefect("block", "type", "delete", "secret")
    assert (refused.code, "protected" in refused.out) == (1, True)
    assert prefect("block", "type", "inspect", "nope").code == 1


def test_register(prefect: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(
        "from prefect.blocks.core import Block\n"
        "from prefect.blocks.abstract import CredentialsBlock\n"
        "class OwnThing(Block):\n    x: int\n"
    )
    done = prefect("block", "register", "-f", str(file))
    assert (done.code, "OwnThing" in done.out, "1 block" in done.out) == (0, True, True)
    assert prefect("block", "type", "delete", "ownthing").code == 0
    assert "Secret" in prefect("block", "register", "-m", "prefect.blocks.system").out
    for wrong in ((), ("-m", "no.such.module"), ("-f", "none.py"), ("-m", "json")):
        assert prefect("block", "register", *wrong).code == 1


def test_create(prefect: Run) -> None:
    missing = prefect("block", "create", "nope")
    assert (missing.code, "secret" in missing.out) == (1, True)
    assert prefect("block", "create", "secret").code == 1


def test_the_catalogue_is_current() -> None:
    import runpy

    tool = runpy.run_path(str(Path(__file__).parents[2] / "tools/make_block_types.py"))
    assert tool["CATALOGUE"].read_text() == tool["text"]()
