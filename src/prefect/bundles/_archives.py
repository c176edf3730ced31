"""Unpacking the files that travel with a bundle."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile


class ZipExtractor:
    """Unpacks an archive, once it is sure that nothing lands elsewhere or replaces a folder by a file.

    >>> extractor = ZipExtractor("files.zip")
    >>> extractor.extract()
    >>> extractor.cleanup()
    """

    def __init__(self, zip_path: Path | str) -> None:
        self.zip_path = Path(zip_path)

    def extract(self, target_dir: Path | None = None) -> list[Path]:
        """Unpack into a folder, the current one by default; the files that are there now.

        Raises `FileNotFoundError` without an archive, and `ValueError` for one with a path that leads out of
        the folder or to something of another kind.
        """
        if not self.zip_path.exists():
            raise FileNotFoundError(f"There is no archive {self.zip_path}.")
        target = (target_dir or Path.cwd()).resolve()
        with ZipFile(self.zip_path) as archive:
            members = archive.namelist()
            for member in members:
                _check(target, member)
            target.mkdir(parents=True, exist_ok=True)
            archive.extractall(target)
        return [target / member for member in members if not member.endswith("/")]

    def cleanup(self) -> None:
        """Remove the archive."""
        self.zip_path.unlink(missing_ok=True)


def _check(target: Path, member: str) -> None:
    place = (target / member).resolve()
    if not place.is_relative_to(target) or Path(member).is_absolute():
        raise ValueError(f"The archive holds {member!r}, which leads out of {target}.")
    if place.exists() and place.is_dir() != member.endswith("/"):
        raise ValueError(f"{place} is there already and of another kind than in the archive.")
