"""Finding what serves a path: a tree of segments, so that the number of routes costs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

E = TypeVar("E")

_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


@dataclass(slots=True)
class _Node(Generic[E]):
    children: dict[str, _Node[E]] = field(default_factory=dict[str, "_Node[E]"])
    # (name of the parameter, whether it is an id, what follows)
    parameters: list[tuple[str, bool, _Node[E]]] = field(default_factory=list[tuple[str, bool, "_Node[E]"]])
    endpoints: dict[str, E] = field(default_factory=dict[str, E])
    route: str = ""


@dataclass(frozen=True, slots=True)
class Found(Generic[E]):
    """What a path leads to: endpoints by method, values of the path's parameters, and its declared form."""

    endpoints: dict[str, E]
    params: dict[str, str]
    route: str


class Router(Generic[E]):
    """Routes by their paths. Fixed segments go before parameters; parameters named as ids take only UUIDs."""

    def __init__(self) -> None:
        self._root: _Node[E] = _Node()

    def add(self, method: str, path: str, endpoint: E) -> None:
        """Serve `method` on `path`, as in ``/flows/{id}``. A route added twice is an error."""
        node = self._root
        for segment in path.split("/")[1:]:
            node = _step(node, segment)
        if method in node.endpoints:
            raise ValueError(f"{method} {path} is routed twice")
        node.endpoints[method] = endpoint
        node.route = path

    def find(self, segments: Sequence[str]) -> Found[E] | None:
        """The route of the decoded `segments` of a path; a trailing slash is an empty segment at the end."""
        params: dict[str, str] = {}
        node = _walk(self._root, segments, 0, params)
        return None if node is None else Found(node.endpoints, params, node.route)

    def find_other_spelling(self, segments: Sequence[str]) -> bool:
        """Whether the path exists with a trailing slash more or less."""
        other = segments[:-1] if segments and segments[-1] == "" else [*segments, ""]
        return self.find(other) is not None


def canonical_id(text: str) -> str | None:
    """The canonical spelling of a UUID, None if `text` is none."""
    if not _UUID.fullmatch(text):
        return None
    plain = text.replace("-", "").lower()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def _step(node: _Node[E], segment: str) -> _Node[E]:
    if not segment.startswith("{"):
        return node.children.setdefault(segment, _Node())
    name = segment[1:-1]
    is_id = name == "id" or (name.endswith("_id") and name != "resource_id")
    for known, _, following in node.parameters:
        if known == name:
            return following
    following: _Node[E] = _Node()
    node.parameters.append((name, is_id, following))
    return following


def _walk(node: _Node[E], segments: Sequence[str], at: int, params: dict[str, str]) -> _Node[E] | None:
    if at == len(segments):
        return node if node.endpoints else None
    segment = segments[at]
    child = node.children.get(segment)
    if child is not None:
        found = _walk(child, segments, at + 1, params)
        if found is not None:
            return found
    if not segment:
        return None
    for name, is_id, following in node.parameters:
        value = canonical_id(segment) if is_id else segment
        if value is None:
            continue
        found = _walk(following, segments, at + 1, params)
        if found is not None:
            params[name] = value
            return found
    return None
