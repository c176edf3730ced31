"""Looking at the images that a test would have built."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from unittest import mock

from prefect.utilities.dockerutils import ImageBuilder

__all__ = ["capture_builders"]


@contextlib.contextmanager
def capture_builders() -> Generator[list[ImageBuilder]]:
    """Gives a list that every `ImageBuilder` of the body enters when it is entered; nothing is built."""
    seen: list[ImageBuilder] = []
    enter = ImageBuilder.__enter__

    def remembered(self: ImageBuilder) -> ImageBuilder:
        seen.append(self)
        return enter(self)

    with (
        mock.patch.object(ImageBuilder, "__enter__", remembered),
        mock.patch.object(ImageBuilder, "build", return_value="mocked"),
    ):
        yield seen
