"""Files and paths: which files to take along, and paths that another system wrote."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from typing import Any, cast

chdir_lock = threading.Lock()

_IGNORED_BY_DEFAULT = """\
# files and directories that are not uploaded, in the syntax of .gitignore
__pycache__/
*.py[cod]
*$py.class
.git/
.hg/
.venv/
venv/
env/
.ipynb_checkpoints/
.pytest_cache/
.mypy_cache/
.ruff_cache/
.idea/
.vscode/
.DS_Store
.env
.prefect/
"""


def create_default_ignore_file(path: str) -> bool:
    """Write a `.prefectignore` into a directory, unless there is one; tells whether it was written."""
    file = Path(path) / ".prefectignore"
    if file.exists():
        return False
    file.write_text(_IGNORED_BY_DEFAULT, encoding="utf-8")
    return True


def filter_files(
    root: str = ".",
    ignore_patterns: Iterable[str] | None = None,
    include_dirs: bool = True,
    *,
    as_posix: bool = False,
) -> set[str]:
    """The paths below `root`, relative to it, that no pattern of the `.gitignore` kind excludes.

    `as_posix` gives them with forward slashes on every system.
    """
    rules = _rules(ignore_patterns or ())
    kept: set[str] = set()

    def walk(directory: str, prefix: str, inherited: bool) -> None:
        with os.scandir(directory) as entries:
            for entry in entries:
                path = f"{prefix}{entry.name}"
                is_dir = entry.is_dir(follow_symlinks=False)
                ignored = _is_ignored(path, is_dir, rules, inherited)
                if not ignored and (include_dirs or not is_dir):
                    kept.add(path if as_posix else path.replace("/", os.sep))
                if is_dir:
                    walk(entry.path, f"{path}/", ignored)

    walk(root, "", False)
    return kept


_Rule = tuple[
    re.Pattern[str], bool, bool
]  # what it matches; whether it includes again; whether it is for directories only


def _rules(patterns: Iterable[str]) -> list[_Rule]:
    rules: list[_Rule] = []
    for line in patterns:
        pattern = line.rstrip("\r\n")
        if not pattern.endswith("\\ "):
            pattern = pattern.rstrip()
        if not pattern or pattern.startswith("#"):
            continue
        includes = pattern.startswith("!")
        pattern = pattern[1:] if includes else pattern
        only_dirs = pattern.endswith("/")
        rules.append((_regex(pattern.rstrip("/")), includes, only_dirs))
    return rules


def _regex(pattern: str) -> re.Pattern[str]:
    anchored = "/" in pattern
    pattern = pattern.lstrip("/")
    text, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            text, at = text + "(?:.*/)?", at + 3
        elif pattern.startswith("/**", at) and at + 3 == len(pattern):
            text, at = text + "/.+", at + 3
        elif pattern[at] == "*":
            text, at = text + "[^/]*", at + 1
        elif pattern[at] == "?":
            text, at = text + "[^/]", at + 1
        elif pattern[at] == "[" and "]" in pattern[at + 2 :]:
            end = pattern.index("]", at + 2)
            inner = pattern[at + 1 : end].replace("\\", "\\\\")
            inner = f"^{inner[1:]}" if inner[0] in "!^" else inner
            text, at = f"{text}[{inner}]", end + 1
        elif pattern[at] == "\\" and at + 1 < len(pattern):
            text, at = text + re.escape(pattern[at + 1]), at + 2
        else:
            text, at = text + re.escape(pattern[at]), at + 1
    return re.compile(text if anchored else f"(?:.*/)?{text}", re.DOTALL)


def _is_ignored(path: str, is_dir: bool, rules: list[_Rule], inherited: bool) -> bool:
    ignored = inherited
    for regex, includes, only_dirs in rules:
        if (is_dir or not only_dirs) and regex.fullmatch(path):
            ignored = not includes
    return ignored


@contextmanager
def tmpchdir(path: str) -> Generator[str, None, None]:
    """Work in another directory (a file's own directory, for a file) inside the block."""
    target = os.path.abspath(path)
    if os.path.isfile(target) or (not os.path.exists(target) and not target.endswith("/")):
        target = os.path.dirname(target)
    before = os.getcwd()
    with chdir_lock:
        os.chdir(target)
        try:
            yield target
        finally:
            os.chdir(before)


def filename(path: str) -> str:
    """The last part of a path or address."""
    return re.split(r"[\\/]", path)[-1]


def is_local_path(path: str | Path | Any) -> bool:
    """Whether a path is one of this machine: it has no scheme, or that of files."""
    scheme, found, _ = str(cast(object, path)).partition("://")
    return not found or scheme in ("file", "local")


def to_display_path(path: Path | str, relative_to: Path | str | None = None) -> str:
    """A path as people like to read it: relative, if that is shorter."""
    full = Path(path).resolve()
    base = Path(relative_to).resolve() if relative_to is not None else Path.cwd()
    try:
        relative = str(full.relative_to(base))
    except ValueError:
        return str(full)
    return relative if len(relative) < len(str(full)) else str(full)


def relative_path_to_current_platform(path_str: str) -> Path:
    """A relative path that may have been written on Windows, as a path of this system."""
    return Path(PureWindowsPath(path_str).as_posix())


def get_open_file_limit() -> int:
    """How many files this process may have open at once; 200 if the system does not say."""
    if sys.platform == "win32":
        return 512
    try:
        import resource

        return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    except (ImportError, OSError, ValueError):
        return 200
