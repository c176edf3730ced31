"""A Dockerfile that is written line by line, and checked, before it is built."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self, TextIO

from prefect._base import lazy

dockerutils: Any = lazy.module("prefect.utilities.dockerutils")

_AROUND = 3  # lines of the Dockerfile that a failed check shows before and after


class ImageBuilder:
    """Builds an image from `base_image`; a context manager.

    Files are copied to a directory of their own, or are those of `context`, which is built as it is.
    `base_directory` is what relative sources are relative to: by default the context or the working
    directory.
    """

    base_directory: Path
    context: Path | None
    platform: str | None
    dockerfile_lines: list[str]
    temporary_directory: TemporaryDirectory[str] | None

    def __init__(
        self,
        base_image: str,
        base_directory: Path | None = None,
        platform: str | None = None,
        context: Path | None = None,
    ) -> None:
        self.base_directory = base_directory or context or Path().absolute()
        self.temporary_directory = None
        self.context = context
        self.platform = platform
        self.dockerfile_lines = []
        if context is not None:
            dockerfile = context / "Dockerfile"
            if dockerfile.exists():
                raise ValueError(f"There is a Dockerfile in {context} already.")
        self.add_line(f"FROM {base_image}")

    def __enter__(self) -> Self:
        if self.context is None:
            self.temporary_directory = TemporaryDirectory()
            self.context = Path(self.temporary_directory.__enter__())
        return self

    def __exit__(self, exc: type[BaseException], value: BaseException, traceback: TracebackType) -> None:
        if self.temporary_directory is not None:
            self.temporary_directory.__exit__(exc, value, traceback)
            self.temporary_directory, self.context = None, None

    # -- writing ----------------------------------------------------------------------------------

    def add_line(self, line: str) -> None:
        """Add a line to the Dockerfile."""
        self.add_lines([line])

    def add_lines(self, lines: Iterable[str]) -> None:
        """Add lines to the Dockerfile."""
        self.dockerfile_lines.extend(lines)

    def copy(self, source: str | Path, destination: str | PurePosixPath) -> None:
        """Copy a file or directory into the image."""
        context = self._opened()
        if not str(destination).endswith("/") and Path(source).is_dir():
            destination = f"{destination}/"
        source = Path(source)
        inside = self._relative(source)
        full = source if source.is_absolute() else self.base_directory / source
        target = context / inside
        if full.resolve() != target.resolve():
            target.parent.mkdir(parents=True, exist_ok=True)
            if full.is_dir():
                shutil.copytree(full, target, dirs_exist_ok=True)
            else:
                shutil.copy2(full, target)
        self.add_line(f"COPY {inside.as_posix()} {destination}")

    def _relative(self, source: Path) -> Path:
        if not source.is_absolute():
            return source
        try:
            return source.relative_to(self.base_directory)
        except ValueError:
            return Path(hashlib.sha256(str(source.parent).encode()).hexdigest()[:16]) / source.name

    def write_text(self, text: str, destination: str | PurePosixPath) -> None:
        """Write a text file into the image."""
        context = self._opened()
        name = f".{hashlib.sha256(text.encode()).hexdigest()}"
        (context / name).write_text(text)
        self.add_line(f"COPY {name} {destination}")

    def build(self, pull: bool = False, stream_progress_to: TextIO | None = None) -> str:
        """Build the image; its id. Raises `BuildError`."""
        context = self._opened()
        dockerfile = context / "Dockerfile"
        with dockerfile.open("w") as file:
            file.writelines(f"{line}\n" for line in self.dockerfile_lines)
        try:
            return dockerutils.build_image(
                context,
                platform=self.platform,
                pull=pull,
                stream_progress_to=stream_progress_to or sys.stdout,
            )
        finally:
            dockerfile.unlink()

    def _opened(self) -> Path:
        if self.context is None:
            raise RuntimeError("The builder has no directory yet: use it with `with`.")
        return self.context

    # -- checks, for tests --------------------------------------------------------------------------

    def assert_has_line(self, line: str) -> None:
        """Raise `AssertionError` unless the line is in the Dockerfile."""
        assert line in self.dockerfile_lines, f"There is no line {line!r} in the Dockerfile:\n{self._shown()}"

    def assert_line_absent(self, line: str) -> None:
        """Raise `AssertionError` if the line is in the Dockerfile."""
        if line not in self.dockerfile_lines:
            return
        number = self.dockerfile_lines.index(line)
        raise AssertionError(f"Line {number + 1} of the Dockerfile is {line!r}:\n{self._shown(number)}")

    def assert_line_before(self, first: str, second: str) -> None:
        """Raise `AssertionError` unless both lines are there, `first` before `second`."""
        self.assert_has_line(first)
        self.assert_has_line(second)
        one, two = self.dockerfile_lines.index(first), self.dockerfile_lines.index(second)
        assert one < two, (
            f"Line {one + 1} of the Dockerfile, {first!r}, should come before line {two + 1}, {second!r}:\n"
            f"{self._shown(two)}"
        )

    def assert_line_after(self, second: str, first: str) -> None:
        """Raise `AssertionError` unless both lines are there, `second` after `first`."""
        self.assert_line_before(first, second)

    def assert_has_file(self, source: Path, container_path: PurePosixPath) -> None:
        """Raise `AssertionError` unless the file `source` is copied to `container_path`."""
        inside = self._relative(Path(source))
        self.assert_has_line(f"COPY {inside.as_posix()} {container_path}")
        there, here = self._opened() / inside, Path(source)
        here = here if here.is_absolute() else self.base_directory / here
        assert there.exists(), f"There is no {inside} in the context."
        assert there.read_bytes() == here.read_bytes(), f"{inside} in the context differs from {here}."

    def _shown(self, around: int | None = None) -> str:
        first = 0 if around is None else max(0, around - _AROUND)
        last = len(self.dockerfile_lines) if around is None else around + _AROUND
        return "\n".join(
            f"    {number:>2}: {line}"
            for number, line in enumerate(self.dockerfile_lines[first:last], first + 1)
        )
