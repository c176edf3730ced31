"""Every example runs, in a fresh home, and prints what its header says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.house.processes import ROOT, python

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def promised(path: Path) -> list[str]:
    """The lines below "Prints:" in the header of an example."""
    header = ast.get_docstring(ast.parse(path.read_text())) or ""
    _, found, block = header.partition("Prints:\n")
    assert found, f"{path.name} does not say what it prints"
    return [line[4:].rstrip() for line in block.rstrip().splitlines()]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path: Path, tmp_path: Path) -> None:
    done = python(str(path), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [line.rstrip() for line in done.stdout.splitlines()] == promised(path)


def test_there_are_examples() -> None:
    assert "demo" in {path.stem for path in EXAMPLES}
