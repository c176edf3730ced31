"""The documents tell the truth: their programs run, their commands, files, settings and links exist.

The blocks of a page are one program, in order, in a fresh home and an empty folder. A ``text`` block right
behind one holds what that one printed, with ``...`` for anything. Words behind the language say what is done:

- ``python`` is executed, ``python no-run`` only compiled;
- ``python file=etl.py`` is written to that file; so are blocks of other languages with such a note;
- ``bash run`` is run, and what it exports holds from then on; ``bash`` alone names commands that exist;
- ``bash start="words"`` is started, waited for until it has said the words, and goes on until the page ends.

Port 4200 of a page is a free one.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.house import pages
from tests.house.processes import ROOT

from prefect._api import tls
from prefect._cli import main
from prefect._cli.command import Group
from prefect._cli.table import BY_WORD
from prefect._service.block_documents import keys
from prefect.settings.catalog import PATHS_BY_ENV

PAGES = pages.pages()
by_page = pytest.mark.parametrize("page", PAGES, ids=pages.name)
MARK = "-- {} --"
# variables of the environment that are no settings
NO_SETTINGS = {
    "PREFECT_PROFILE",
    "PREFECT_TEST_REQUIRE",
    "PREFECT_WITHOUT_UI",
    "PREFECT_CLIENT_PATIENCE_SECONDS",
    *keys.KEY_VARIABLES,
    tls.CERT_FILE,
    tls.KEY_FILE,
}


def program(page: Path, port: int = 4200) -> tuple[str, list[pages.Block]]:
    """The program of a page, which prints a mark after each block, and its blocks."""
    found = [block for block in pages.blocks(page) if _step(block)]
    parts = [
        f"{_step(block)}\nprint({MARK.format(number)!r}, flush=True)\n" for number, block in enumerate(found)
    ]
    text = "".join(parts)
    if "shell." in text:
        text = f"from tests.house import shell\n{text}shell.end()\n"
    return text.replace("4200", str(port)), found


def _step(block: pages.Block) -> str:
    """What the program of a page does for a block; nothing for one that is only shown."""
    if name := re.match(r"file=(\S+)", block.note):
        return f"shell.write({name[1]!r}, {block.text!r})"
    if block.language == "python":
        return "" if block.note == "no-run" else block.text
    if block.language == "bash" and block.note == "run":
        return f"shell.run({block.text!r})"
    if block.language == "bash" and (ready := re.match(r'start="(.+)"', block.note)):
        return f"shell.start({block.text.strip()!r}, {ready[1]!r})"
    return ""


def expected_output(page: Path, block: pages.Block) -> str | None:
    """The text block that directly follows a block, if there is one."""
    after = page.read_text().split("\n")[block.line + block.text.count("\n") :]
    match = re.match(r"\s*```text\n(.*?)^```$", "\n".join(after), re.MULTILINE | re.DOTALL)
    return _trimmed(match[1]) if match else None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip().split("\n"))


def fits(printed: str, expected: str) -> bool:
    """Whether that is what the page says, with ``...`` for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.split("..."))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def warm() -> Iterator[subprocess.Popen[str]]:
    """A process that has imported what programs need, and runs them in forks."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{clean.get('PATH', '')}"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.house.warm"],
        cwd=ROOT,
        env={**clean, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "COLUMNS": "100"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@by_page
def test_programs_run(page: Path, tmp_path: Path, warm: subprocess.Popen[str]) -> None:
    port = free_port()
    text, found = program(page, port)
    if not found:
        return
    (tmp_path / "here").mkdir()
    file = tmp_path / "here" / "page.py"
    file.write_text(text)
    job = {"file": str(file), "home": str(tmp_path / "home"), "cwd": str(file.parent), "out": str(tmp_path)}
    assert warm.stdin is not None
    assert warm.stdout is not None
    print(json.dumps({**job, "port": str(port)}), file=warm.stdin, flush=True)
    code = int(warm.stdout.readline())
    rest = (tmp_path / "stdout").read_text()
    assert code == 0, rest[-2000:] + (tmp_path / "stderr").read_text()
    for number, block in enumerate(found):
        printed, _, rest = rest.partition(MARK.format(number) + "\n")
        expected = expected_output(page, block)
        if expected is not None:
            printed = _trimmed(printed).replace(str(port), "4200")
            if not fits(printed, expected):
                assert printed == expected, f"{page.name}:{block.line}"


def test_pages_are_read_as_meant(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n\n```python\nprint(1)\n```\n\n```text\n1\n```\n\nB\n\n```python no-run\nx\n```\n")
    text, found = program(page)
    assert text == "print(1)\n\nprint('-- 0 --', flush=True)\n"
    assert [expected_output(page, block) for block in found] == ["1"]
    assert [block.line for block in pages.blocks(page, "python")] == [4, 14]
    assert fits("a 1 b", "a ... b")
    assert not fits("a 1 c", "a ... b")


@by_page
def test_blocks_that_are_not_run_compile(page: Path) -> None:
    for block in pages.blocks(page, "python"):
        compile(block.text, f"{page.name}:{block.line}", "exec")


@by_page
def test_commands_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in commands(page):
        if words[0] == "prefect":
            path = command_path(words[1:])
            assert main.run([*path, "--help"]) == 0, words
            explained = capsys.readouterr().out
            assert [word for word in words if word.startswith("-") and word not in explained] == [], words
        elif words[0] == "make":
            assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(), words
        elif words[0] == "python" and "/" in words[1]:
            assert (ROOT / words[1]).is_file(), words


def commands(page: Path) -> list[list[str]]:
    """The command lines of the ``bash`` blocks, split into words, without the variables set before them."""
    lines = [line for block in pages.blocks(page, "bash") for line in block.text.splitlines()]
    found = [shlex.split(re.sub(r"^([A-Z_]+=\S* )+", "", line), comments=True) for line in lines]
    return [words for words in found if words]


def command_path(words: list[str]) -> list[str]:
    """The leading words that name the command: noun, and verb where the noun has verbs."""
    if not words or words[0].startswith("-"):
        return []
    path, here = [words[0]], main.load(BY_WORD[words[0]])
    while isinstance(here, Group):
        word = words[len(path)]
        here = here.members[here.aliases.get(word, word)]
        path.append(word)
    return path


@by_page
def test_settings_exist(page: Path) -> None:
    named = set(re.findall(r"\bPREFECT_[A-Z][A-Z_]+[A-Z]\b", page.read_text()))
    known = {*PATHS_BY_ENV, *NO_SETTINGS}
    assert named - known == set()


@by_page
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text()
    listed = {str(page.relative_to(ROOT / "docs")) for page in PAGES if page.is_relative_to(ROOT / "docs")}
    assert [page for page in sorted(listed - {"index.md"}) if f"({page})" not in index] == []


def test_make_help_names_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: ([\w-]+)$", makefile, re.MULTILINE))
    described = set(re.findall(r"^([\w-]+):.*## \S", makefile, re.MULTILINE))
    assert targets == described
    assert {"demo", "test", "check", "bench", "proof", "clean", "format"} <= described
