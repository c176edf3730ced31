"""Look through all committed files for what belongs to one machine or to nobody else: addresses of package
registries, paths of a machine, secrets."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

# none of these patterns matches its own text
FORBIDDEN = {
    "the address of a package registry": r"\bpypi\.(org|io)/simple|pythonhosted\.org|npmjs\.org",
    "an index option": r"--(extra-)?index-url|\b(PIP|UV)_(EXTRA_)?INDEX_URL",
    "a path of one machine": r"(?<![\w.])/(root|work|Users)/\w+|(?<![\w.])/tmp/[w]/",
    "a private key": r"BEGIN [A-Z ]*PRIVATE KEY",
    "an access token": r"\b(ghp_|gho_|github_pat_|glpat-|pypi-AgE|AKIA)[A-Za-z0-9_-]{16,}",
}


def committed() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in names.stdout.split("\0") if name and (ROOT / name).is_file()]


def findings(path: Path) -> Iterator[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return
    where = path.relative_to(ROOT)
    for number, line in enumerate(lines, 1):
        for what, pattern in FORBIDDEN.items():
            if re.search(pattern, line):
                yield f"{where}:{number}: {what}: {line.strip()[:100]}"


def main() -> int:
    found = [text for path in committed() for text in findings(path)]
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
