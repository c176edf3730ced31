"""The classes of blocks in a module or a file, found and registered."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

from prefect._cli.errors import CommandError
from prefect.blocks._documents import is_registrable
from prefect.blocks.core import Block
from prefect.utilities.importtools import load_script_as_module


def register(module: str | None, file: str | None) -> list[str]:
    """Register the blocks that a module or a file defines or imports; gives the names of their types."""
    found = _blocks_of(_module(module) if module is not None else _script(file or ""))
    for cls in found:
        cls.register_type_and_schema(_sync=True)  # pyright: ignore[reportCallIssue]
    return sorted({cls.get_block_type_name() for cls in found})


def _module(name: str) -> ModuleType:
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        raise CommandError(
            f"Unable to load {name}: there is no module {missing.name}. Is it installed?"
        ) from missing
    finally:
        sys.path.remove(str(Path.cwd()))


def _script(path: str) -> ModuleType:
    file = Path(path)
    if file.suffix != ".py" or not file.is_file():
        raise CommandError(f"'{path}' is no Python file.")
    return load_script_as_module(str(file))


def _blocks_of(module: ModuleType) -> list[type[Block]]:
    return [
        value
        for value in vars(module).values()
        if Block.is_block_class(value) and value is not Block and is_registrable(value)
    ]
