"""Settings as objects: ``PREFECT_API_URL`` and its like, which stand for the value that holds here and
now.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect.settings.catalog import ENTRIES, PATHS_BY_ENV, path_of
from prefect.settings.current import active

if TYPE_CHECKING:
    from prefect.settings.models.root import Settings

resolve: Any = lazy.module("prefect.settings.resolve")


class Setting:
    """One setting.

    It compares equal to its current value, is true when that is, and prints as it. `accessor` is the dotted
    name.
    """

    __slots__ = ("_name", "_default", "_type", "accessor")

    def __init__(self, name: str, default: Any, type_: Any, accessor: str | None = None) -> None:
        self._name = name
        self._default = default
        self._type = type_
        self.accessor = accessor or path_of(name) or name.removeprefix("PREFECT_").lower()

    @property
    def name(self) -> str:
        """The environment variable."""
        return self._name

    @property
    def is_secret(self) -> bool:
        entry = ENTRIES.get(self.accessor)
        return entry is not None and entry.is_secret

    def default(self) -> Any:
        """The value when nobody sets it."""
        return resolve.defaults()[self.accessor] if self.accessor in ENTRIES else self._default

    def value(self) -> Any:
        """The value that holds here and now; the text itself when it is a secret."""
        return active()[self.accessor]

    def value_from(self, settings: Settings) -> Any:
        """The value in a settings object; the text itself when it is a secret."""
        found: Any = settings
        for part in self.accessor.split("."):
            found = getattr(found, part)
        return found.get_secret_value() if hasattr(found, "get_secret_value") else found

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Setting):
            return self.accessor == other.accessor
        return self.value() == other

    def __hash__(self) -> int:
        return hash((type(self), self.accessor))

    def __bool__(self) -> bool:
        return bool(self.value())

    def __str__(self) -> str:
        return str(self.value())

    def __repr__(self) -> str:
        return f"<{self._name}: {self._type}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return setting, (self._name,)


@cache
def setting(name: str) -> Setting:
    """The object for an environment variable, canonical or older; raises KeyError if there is none of that
    name.
    """
    entry = ENTRIES[PATHS_BY_ENV[name]]
    return Setting(name, entry.default, entry.kind, entry.path)
