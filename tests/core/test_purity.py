"""The core decides: it neither waits nor looks at anything but its arguments."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import prefect._core.policy

CORE = Path(prefect._core.policy.__file__).parent
FORBIDDEN = {
    "asyncio", "time", "random", "os", "secrets", "socket", "threading", "logging", "uuid", "subprocess",
    "pydantic", "httpx",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: str(path.relative_to(CORE)))
def test_nothing_impure_is_imported_or_awaited(path: Path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await)
        if isinstance(node, ast.Import):
            assert not {alias.name.partition(".")[0] for alias in node.names} & FORBIDDEN
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            assert module.partition(".")[0] not in FORBIDDEN
            if module.startswith("prefect"):
                assert module.startswith(("prefect._base", "prefect._core", "prefect._wire"))


def test_deciding_imports_little():
    program = "import sys, prefect._core.policy, prefect._core.outcome; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pydantic", "httpx", "asyncio", "typer", "fastapi"} & set(loaded.stdout.split())
