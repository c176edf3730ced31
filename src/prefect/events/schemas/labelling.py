"""Labels: flat texts by dotted names, with a view of them as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import RootModel


class LabelDiver:
    """A view of labels as a tree: ``labels.prefect.resource.id`` is the label ``prefect.resource.id``."""

    _value: str
    _divers: dict[str, LabelDiver]
    _labels: dict[str, str]

    def __init__(self, labels: dict[str, str], value: str = "") -> None:
        self._labels = labels
        self._value = value
        below: dict[str, dict[str, str]] = {}
        for name, text in labels.items():
            first, _, rest = name.partition(".")
            below.setdefault(first, {})[rest] = text
        self._divers = {}
        for first, inner in below.items():
            own = inner.pop("", "")
            self._divers[first] = LabelDiver(inner, own)

    def __str__(self) -> str:
        return self._value or ""

    def __repr__(self) -> str:
        return f"LabelDiver({self._divers!r})"

    def __len__(self) -> int:
        return len(self._labels)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._labels.items())

    def __getitem__(self, key: str) -> str:
        return self._labels[key]

    def __getattr__(self, name: str) -> LabelDiver:
        if name.startswith("_"):
            raise AttributeError(name)
        found = self._divers.get(name)
        if found is None:
            raise AttributeError(f"There is no label that begins with {name!r}.")
        return found


class Labelled(RootModel[dict[str, str]]):
    """Something that has labels."""

    def keys(self) -> Iterable[str]:
        return self.root.keys()

    def items(self) -> Iterable[tuple[str, str]]:
        return self.root.items()

    def __getitem__(self, label: str) -> str:
        return self.root[label]

    def __contains__(self, key: str) -> bool:
        return key in self.root

    def __len__(self) -> int:
        return len(self.root)

    def get(self, label: str, default: str | None = None) -> str | None:
        return self.root.get(label, default)

    def as_label_value_array(self) -> list[dict[str, str]]:
        """The labels as a list of ``{"label": ..., "value": ...}``."""
        return [{"label": label, "value": value} for label, value in self.items()]

    @property
    def labels(self) -> LabelDiver:
        return LabelDiver(self.root)

    def has_all_labels(self, labels: dict[str, str]) -> bool:
        """Whether each of these labels is there with this value."""
        return all(self.root.get(label) == value for label, value in labels.items())

    def __rich_repr__(self) -> Any:
        yield from self.root.items()
