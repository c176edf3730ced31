"""Small programs that use the public names, as a type checker sees them.

They assert the types of what they call, and mark each call that is to be refused.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"


@pytest.mark.timeout(300)
def test_pyright_agrees_with_every_asserted_type() -> None:
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", str(PROGRAMS)]

    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "0 errors" in checked.stdout


@pytest.mark.timeout(300)
def test_mypy_agrees_and_refuses_just_what_is_marked(tmp_path: Path) -> None:
    options = ["--strict", "--follow-imports=silent", "--cache-dir", str(tmp_path), "--no-pretty"]
    command = [sys.executable, "-m", "mypy", *options, "--python-executable", sys.executable, "."]

    checked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROGRAMS)

    refused = {
        (match[1], int(match[2])) for match in re.finditer(r"^(\S+):(\d+): error", checked.stdout, re.M)
    }
    assert refused == marked(), checked.stdout + checked.stderr


def marked() -> set[tuple[str, int]]:
    """The lines of the programs that a checker must refuse."""
    return {
        (program.name, number)
        for program in PROGRAMS.glob("*.py")
        for number, line in enumerate(program.read_text().split("\n"), 1)
        if "# pyright: ignore[" in line
    }
