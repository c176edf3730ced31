"""Artifacts, variables and blocks: written, read again, changed, taken away."""

from __future__ import annotations

import json

from pydantic import SecretStr

from prefect import flow
from prefect.artifacts import (
    Artifact,
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.filesystems import LocalFileSystem
from prefect.variables import Variable


class Inner(Block):
    """What is inside."""

    depth: int = 1


class Outer(Block):
    """A block with a secret, and a block in it."""

    _block_type_slug = "compat-outer"

    name_of_it: str
    key: SecretStr
    inner: Inner


@flow
def writes() -> dict[str, object]:
    create_markdown_artifact("# One", key="report", description="the report")
    create_markdown_artifact("# Two", key="report")
    create_table_artifact([{"a": 1, "b": 2}, {"a": 3, "b": 4}], key="rows")
    create_link_artifact("https://example.com", "here", key="place")
    create_image_artifact("https://example.com/x.png", key="picture")
    progress = create_progress_artifact(10.0, key="progress")
    update_progress_artifact(progress, 75.0)

    Variable.set("compat_number", 1)
    Variable.set("compat_number", {"deep": [1, 2]}, overwrite=True, tags=["compat"])
    Variable.set("compat_gone", "x")

    Secret(value="hush").save("compat-secret")
    Secret(value={"deep": "hush"}).save("compat-secret", overwrite=True)
    LocalFileSystem(basepath="/tmp/compat").save("compat-files")
    inner = Inner(depth=5)
    inner.save("compat-inner")
    Outer(name_of_it="it", key=SecretStr("deep secret"), inner=inner).save("compat-outer")
    again = Outer.load("compat-outer")
    return {
        "report": Artifact.get("report").data,
        "progress": Artifact.get("progress").data,
        "variable": Variable.get("compat_number"),
        "default": Variable.get("compat_missing", default="none"),
        "unset": Variable.unset("compat_gone"),
        "secret": Secret.load("compat-secret").get(),
        "files": str(LocalFileSystem.load("compat-files").basepath),
        "outer": [again.name_of_it, again.key.get_secret_value(), again.inner.depth],
        "by slug": Block.load("compat-outer/compat-outer").name_of_it,
    }


if __name__ == "__main__":
    found = writes()
    LocalFileSystem.delete("compat-files")
    found["checksums"] = {
        cls.get_block_type_slug(): cls._calculate_schema_checksum()
        for cls in (Secret, LocalFileSystem, Inner, Outer)
    }
    print(json.dumps(found))
