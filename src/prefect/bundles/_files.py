"""Files that go with a bundle: which ones are meant, and their archive."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from prefect._base import lazy

filesystem: Any = lazy.module("prefect.utilities.filesystem")


def archived(flow: Any) -> tuple[Path | None, str | None]:
    """The archive of the files of a flow, and a key that follows from what is in it; None for no files.

    Raises `ValueError` for a pattern that means no file, or one outside of the directory.
    """
    patterns: list[str] = list(getattr(flow, "include_files", None) or [])
    if not patterns:
        return None, None
    base = Path(getattr(flow, "include_files_base_dir", None) or _directory_of(flow)).resolve()
    paths = sorted({path for pattern in patterns for path in _meant(base, pattern)})
    place = Path(tempfile.mkdtemp(prefix="prefect-files-")) / "files.zip"
    digest = hashlib.sha256()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            name = path.relative_to(base).as_posix()
            content = path.read_bytes()
            archive.writestr(zipfile.ZipInfo(name), content)
            digest.update(name.encode() + b"\0" + content)
    return place, f"files/{digest.hexdigest()}.zip"


def _directory_of(flow: Any) -> Path:
    file = getattr(getattr(flow.fn, "__code__", None), "co_filename", "")
    return Path(file).parent if Path(file).is_file() else Path.cwd()


def _meant(base: Path, pattern: str) -> list[Path]:
    direct = base / pattern
    found = [direct] if direct.exists() else list(base.glob(pattern))
    inside = [file for path in found for file in (path.rglob("*") if path.is_dir() else [path])]
    files = [file for file in inside if file.is_file()]
    if not files:
        raise ValueError(f"`include_files`: there is no file {pattern!r} below {base}.")
    for file in files:
        if not file.resolve().is_relative_to(base):
            raise ValueError(f"`include_files`: {pattern!r} lies outside of {base}.")
    return files
