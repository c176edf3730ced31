"""Small programs that use the public names, as a type checker sees them.

They assert the types of what they call, and mark each call that is to be refused.
"""

from __future__ import annotations

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
