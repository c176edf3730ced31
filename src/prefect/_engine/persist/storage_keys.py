"""Keys of stored results that users choose: templates filled with facts of the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect._base import late
from prefect._engine.persist.local_storage import LocalStorage


def format_storage_key(template: str, names: Mapping[str, Any]) -> str:
    """`template` with its fields filled by ``str.format``.

    `names` are ``flow_run``, ``task_run``, ``deployment`` and ``parameters``. Raises `ValueError` naming what
    the template asks for and the run does not have.
    """
    try:
        return template.format(**names)
    except (KeyError, IndexError, AttributeError) as error:
        raise ValueError(
            f"The result storage key {template!r} cannot be filled: {error!r}. It may use "
            f"{', '.join(names)}, as in "
            "'{parameters[x]}-{flow_run.name}'."
        ) from error


class StorageKey:
    """Makes the key of the task run at hand from a template."""

    __slots__ = ("template",)

    def __init__(self, template: str) -> None:
        self.template = template

    def __call__(self) -> str:
        return format_storage_key(self.template, late.call("result.key_names"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StorageKey) and self.template == other.template

    def __hash__(self) -> int:
        return hash(self.template)


def relative_key(storage: Any, storage_key: str) -> str:
    """The key inside `storage` of what a record's metadata calls `storage_key`."""
    base = storage.basepath if isinstance(storage, LocalStorage) else getattr(storage, "basepath", None)
    path = Path(storage_key)
    if base and path.is_absolute():
        root = Path(base).expanduser().resolve()
        if root in path.parents:
            return str(path.relative_to(root))
    return storage_key
