"""Where the secrets are in the data of a block, and the same data without them.

A schema names its secrets by paths: ``password``, ``inner.token``, ``headers.*`` (each value of a
dictionary). A path does not tell of the lists and dictionaries that it leads through; the schema does, as
far as it is known. Where it is not, everything of that name is taken for a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

MASK = "********"

Place: TypeAlias = tuple[str | int, ...]
Schema: TypeAlias = Mapping[str, Any]

_REFERENCE = "#/definitions/"
_SEPARATOR = re.compile(r"[^\w-]+")
# shorter texts are words like others, and nothing is hidden by taking them away
SHORTEST, LONG_PIECE = 4, 8


def places(fields: Schema, data: Any) -> set[Place]:
    """The places of the secrets in `data` that are given."""
    found: set[Place] = set()
    search = _Search(fields.get("definitions") or {}, found)
    for path in fields.get("secret_fields") or ():
        search.descend(data, path.split("."), (), [fields])
    return found


def masked(data: Any, at: set[Place]) -> Any:
    """`data` with eight stars at the places; what is not changed is shared with the original."""
    return _replaced(data, at, lambda _: MASK)


def hidden(shown: Any, veiled: Any) -> frozenset[str]:
    """The secret texts of a block, by its data with them and with stars in their place."""
    if veiled == MASK and shown != MASK:
        return frozenset(_texts(shown))
    if isinstance(shown, dict) and isinstance(veiled, dict):
        one, other = cast("dict[str, Any]", shown), cast("dict[str, Any]", veiled)
        return frozenset[str]().union(*(hidden(one[key], other[key]) for key in one if key in other))
    if isinstance(shown, list) and isinstance(veiled, list):
        pairs = zip(cast("list[Any]", shown), cast("list[Any]", veiled), strict=False)
        return frozenset[str]().union(*(hidden(one, other) for one, other in pairs))
    return frozenset()


def without(value: Any, secrets: Collection[str]) -> Any:
    """A JSON value without these texts, nor long pieces of them, as an address that is told in parts has."""
    found = {secret for secret in secrets if len(secret) >= SHORTEST}
    found |= {piece for secret in secrets for piece in _SEPARATOR.split(secret) if len(piece) >= LONG_PIECE}
    # the longest first, or what is left of it would stay
    words = sorted(found, key=len, reverse=True)
    return _without(value, re.compile("|".join(map(re.escape, words)))) if words else value


def _without(value: Any, words: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return words.sub(MASK, value)
    if isinstance(value, dict):
        return {key: _without(item, words) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_without(item, words) for item in cast("list[Any]", value)]
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(cast("dict[str, Any]", value).values())
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _texts(item)
    elif value is not None:
        yield str(value)


def restored(data: Any, old: Any, at: set[Place]) -> Any:
    """`data` with the secrets of `old` at those places where it has only stars."""

    def _old_value(place: Place) -> Any:
        value = old
        for step in place:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return MASK
        return value

    stars = {place for place in at if _at(data, place) == MASK}
    return _replaced(data, stars, _old_value)


def blocks_inside(data: Any, at: Place = ()) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The blocks that are written out in `data`, each with its place: dictionaries that name their type."""
    if isinstance(data, dict):
        value = cast("dict[str, Any]", data)
        if at and isinstance(value.get("block_type_slug"), str):
            yield at, value
        for key, item in value.items():
            yield from blocks_inside(item, (*at, key))
    elif isinstance(data, list):
        for index, item in enumerate(cast("list[Any]", data)):
            yield from blocks_inside(item, (*at, index))


class _Search:
    def __init__(self, definitions: Schema, found: set[Place]) -> None:
        self.definitions = definitions
        self.found = found

    def descend(self, node: Any, parts: Sequence[str], at: Place, schemas: list[Schema]) -> None:
        """Follow `parts` into `node`, of which `schemas` are the forms it may have; none: nobody knows."""
        if not parts:
            if node is not None:
                self.found.add(at)
        elif isinstance(node, list):
            items = self._items(schemas)
            for index, item in enumerate(cast("list[Any]", node)):
                self.descend(item, parts, (*at, index), items)
        elif isinstance(node, dict):
            self._into_dictionary(cast("dict[str, Any]", node), parts, at, schemas)

    def _into_dictionary(
        self, node: dict[str, Any], parts: Sequence[str], at: Place, schemas: list[Schema]
    ) -> None:
        head, rest = parts[0], parts[1:]
        if head == "*":
            for key, item in node.items():
                self.descend(item, rest, (*at, key), [])
            return
        records = self._records(schemas)
        if head in node:
            properties = [record["properties"].get(head) for record in records or ()]
            self.descend(node[head], rest, (*at, head), self._forms([each for each in properties if each]))
        if records is None:
            for key, item in node.items():
                if isinstance(item, (dict, list)):
                    self.descend(item, parts, (*at, key), [])

    def _forms(self, schemas: Sequence[Any]) -> list[Schema]:
        """The forms that references and alternatives stand for."""
        forms: list[Schema] = []
        for schema in schemas:
            if not isinstance(schema, Mapping):
                continue
            form = cast(Schema, schema)
            reference = form.get("$ref")
            if isinstance(reference, str) and reference.startswith(_REFERENCE):
                forms += self._forms([self.definitions.get(reference.removeprefix(_REFERENCE))])
                continue
            alternatives = [each for word in ("anyOf", "allOf", "oneOf") for each in form.get(word) or ()]
            forms += self._forms(alternatives) if alternatives else [form]
        return forms

    def _records(self, schemas: list[Schema]) -> list[Schema] | None:
        """The forms with named properties, None if a dictionary may be of another form as well."""
        objects = [
            form for form in schemas if form.get("type") == "object" or "properties" in form or not form
        ]
        if not objects or any("properties" not in form for form in objects):
            return None
        return objects

    def _items(self, schemas: list[Schema]) -> list[Schema]:
        items: list[Any] = []
        for form in schemas:
            items += [form["items"]] if isinstance(form.get("items"), Mapping) else []
            items += form.get("prefixItems") or ()
        return self._forms(items)


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data


def _replaced(data: Any, at: set[Place], value: Callable[[Place], Any]) -> Any:
    return _rebuilt(data, at, (), value) if at else data


def _rebuilt(data: Any, at: set[Place], here: Place, value: Callable[[Place], Any]) -> Any:
    if here in at:
        return value(here)
    inside = {place for place in at if len(place) > len(here) and place[: len(here)] == here}
    if not inside:
        return data
    steps = {place[len(here)] for place in inside}
    if isinstance(data, list):
        return [
            _rebuilt(item, inside, (*here, index), value) if index in steps else item
            for index, item in enumerate(cast("list[Any]", data))
        ]
    return {
        key: _rebuilt(item, inside, (*here, key), value) if key in steps else item
        for key, item in cast("dict[str, Any]", data).items()
    }
