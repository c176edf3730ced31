"""Write the blocking client from the async one; with ``--check`` only say whether it is current.

Each rule must be used at least once: one that is not has become wrong.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parents[1] / "src/prefect/client/orchestration"
HEADER = "# Made by tools/make_sync_client.py from {source}: change that and run it again.\n"

_REFUSED_ENTRY = (
    r"    def __enter__\(self\) -> NoReturn:\n        raise .*\n\n"
    r"    def __exit__\(self, \*exc_info: object\) -> NoReturn:\n        raise .*\n"
)
_LOOP = r"    @property\n    def loop\(self\)(.|\n)*?return None\n\n"
_FOR_ASYNC = r"A client of the API for async code; for blocking code there is `SyncPrefectClient`\."
_FOR_BLOCKING = "A client of the API for blocking code; for async code there is `PrefectClient`."
_ERRORS = r"from prefect\._base\.errors import OperationError"
# the few places that are not the same text without `async`
SPECIAL: dict[str, tuple[tuple[str, str], ...]] = {
    "client": (
        (_REFUSED_ENTRY, ""),
        (_LOOP, ""),
        (r"async def __aenter__", "def __enter__"),
        (r"async def __aexit__", "def __exit__"),
        (r"class PrefectClient\(", "class SyncPrefectClient("),
        (r"AWAITING", "BLOCKING"),
        (r"choose\.awaiting\(\)", "choose.blocking()"),
        (r"face\.asynchronous", "face.synchronous"),
        (_FOR_ASYNC, _FOR_BLOCKING),
        (r"`async with`, from any event loop, and", "`with`, from any thread, and"),
        (r"import asyncio\n", ""),
        (r"Any, NoReturn, Self", "Any, Self"),
    ),
    "base": (
        (r"return await self\._link\.call\((.*)\)", r"return drive(self._link.call(\1))"),
        (_ERRORS, "from prefect._base.drive import drive\n\\g<0>"),
    ),
    "__init__": (
        (
            r"\"\"\"The methods.*\"\"\"",
            '"""The methods of the client for blocking code, made from those for async code."""',
        ),
    ),
}
GENERAL = (
    (r"\basync def ", "def "),
    (r"\bawait ", ""),
    (r"AsyncClient\b", "Client"),
    (r"\.aclose\(", ".close("),
    (r"orchestration\._async\b", "orchestration._sync"),
)


def convert(name: str, text: str, used: set[str]) -> str:
    for pattern, replacement in (*SPECIAL.get(name, ()), *GENERAL):
        text, count = re.subn(pattern, replacement, text)
        if count:
            used.add(pattern)
    return HEADER.format(source=f"_async/{name}.py") + text


def formatted(text: str) -> str:
    """`text` as the formatter of the project leaves it."""
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--fix", "--quiet", "--select", "I,F401"], ["format", "--quiet"]):
        result = subprocess.run(
            [*ruff, *command, "--stdin-filename", str(HOME / "_sync/x.py"), "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        text = result.stdout
    return text


def main() -> int:
    used: set[str] = set()
    stale: list[str] = []
    sources = sorted((HOME / "_async").glob("*.py"))
    for source in sources:
        target = HOME / "_sync" / source.name
        text = formatted(convert(source.stem, source.read_text(), used))
        if not target.exists() or target.read_text() != text:
            stale.append(target.name)
            if "--check" not in sys.argv:
                target.write_text(text)
    rules = {pattern for special in SPECIAL.values() for pattern, _ in special} | {p for p, _ in GENERAL}
    extra = {path.name for path in (HOME / "_sync").glob("*.py")} - {source.name for source in sources}
    problems = [f"the rule {pattern!r} is never used" for pattern in sorted(rules - used)]
    problems += [f"_sync/{name} has no source" for name in sorted(extra)]
    if "--check" in sys.argv:
        problems += [f"_sync/{name} is not current: run tools/make_sync_client.py" for name in stale]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
