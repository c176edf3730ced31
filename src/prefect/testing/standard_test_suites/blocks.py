"""What every block that is published should have."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from urllib.parse import urlparse

import pytest

from prefect.blocks.core import Block

__all__ = ["BlockStandardTestSuite"]

_IMAGES = (".png", ".svg", ".jpg", ".jpeg", ".webp", ".gif")


class BlockStandardTestSuite(ABC):
    """Subclass it, and give the block class with a fixture `block`."""

    @pytest.fixture
    @abstractmethod
    def block(self) -> type[Block]:
        """The block class to look at."""
        raise NotImplementedError

    def test_has_a_description(self, block: type[Block]) -> None:
        assert block.get_description(), f"{block.__name__} has no description."

    def test_has_a_documentation_url(self, block: type[Block]) -> None:
        assert block._documentation_url, f"{block.__name__} has no `_documentation_url`."  # pyright: ignore[reportPrivateUsage]
        assert urlparse(str(block._documentation_url)).scheme in ("http", "https")  # pyright: ignore[reportPrivateUsage]

    def test_all_fields_have_a_description(self, block: type[Block]) -> None:
        bare = [name for name, field in block.model_fields.items() if not field.description]
        assert not bare, f"Fields of {block.__name__} without a description: {bare}"
        open_ended = [
            name
            for name, field in block.model_fields.items()
            if not str(field.description).rstrip().endswith(".")
        ]
        assert not open_ended, f"Descriptions in {block.__name__} that do not end with a period: {open_ended}"

    def test_has_a_valid_code_example(self, block: type[Block]) -> None:
        example = block.get_code_example()
        assert example, f"{block.__name__} has no code example."
        imported = f"from {block.__module__.rpartition('.')[0] or block.__module__}"
        assert f"import {block.__name__}" in example or imported in example, (
            f"The code example of {block.__name__} does not import it."
        )
        assert re.search(rf"{block.__name__}\.load\(", example) or f"{block.__name__}(" in example, (
            f"The code example of {block.__name__} neither loads nor makes one."
        )

    def test_has_a_valid_image(self, block: type[Block]) -> None:
        logo = block._logo_url  # pyright: ignore[reportPrivateUsage]
        assert logo, f"{block.__name__} has no `_logo_url`."
        address = urlparse(str(logo))
        assert address.scheme in ("http", "https"), f"{logo} is no address."
        assert address.path.lower().endswith(_IMAGES) or "image" in address.path, f"{logo} is no image."
