"""Python annotations for JSON schemas, as far as annotations go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_DEEPEST = 8
ANYTHING = "Any"


def annotation(schema: Schema, root: Schema, depth: int = 0) -> str:
    """What values that fit the schema are in Python; `root` holds the definitions that it refers to."""
    if depth > _DEEPEST:  # a schema that refers to itself
        return ANYTHING
    if "$ref" in schema:
        return annotation(_definition(str(schema["$ref"]), root), root, depth + 1)
    if "const" in schema:
        return _literal([schema["const"]])
    if "enum" in schema:
        return _literal(schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return union([annotation(each, root, depth + 1) for each in schema[several]])
    if len(schema.get("allOf", ())) == 1:
        return annotation(schema["allOf"][0], root, depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list):
        return union([annotation({**schema, "type": each}, root, depth + 1) for each in kind])
    if kind == "array":
        return _array(schema, root, depth)
    if kind == "object":
        values = schema.get("additionalProperties")
        inner = annotation(values, root, depth + 1) if isinstance(values, Mapping) else ANYTHING
        return f"dict[str, {inner}]"
    return _SIMPLE.get(str(kind), ANYTHING)


def union(kinds: Sequence[str]) -> str:
    """One annotation for several, each named once, None at the end."""
    if not kinds or ANYTHING in kinds:
        return ANYTHING
    once = list(dict.fromkeys(part for kind in kinds for part in _parts(kind)))
    return " | ".join(
        [*(each for each in once if each != "None"), *(each for each in once if each == "None")]
    )


def _parts(kind: str) -> list[str]:
    """The members of a union; brackets keep theirs together."""
    parts, depth, begin = list[str](), 0, 0
    text: str | None = None
    for place, sign in enumerate(kind):
        if text is not None:
            text = None if sign == text and kind[place - 1] != "\\" else text
        elif sign in "'\"":
            text = sign
        elif sign in "[]":
            depth += 1 if sign == "[" else -1
        elif sign == "|" and depth == 0:
            parts.append(kind[begin:place].strip())
            begin = place + 1
    return [*parts, kind[begin:].strip()]


def _array(schema: Schema, root: Schema, depth: int) -> str:
    first: Sequence[Schema] = schema.get("prefixItems") or ()
    if first and schema.get("maxItems") == len(first):
        # as JSON it is a list, but tuples are what such parameters are declared as
        return f"tuple[{', '.join(annotation(each, root, depth + 1) for each in first)}]"
    items = schema.get("items")
    return f"list[{annotation(items, root, depth + 1) if isinstance(items, Mapping) else ANYTHING}]"


def _literal(values: Sequence[Any]) -> str:
    plain = [value for value in values if value is None or isinstance(value, str | int | bool)]
    if len(plain) < len(values) or not plain:
        return ANYTHING
    named = [repr(value) for value in plain if value is not None]
    kinds = [f"Literal[{', '.join(named)}]"] if named else []
    return union([*kinds, *(["None"] if None in plain else [])])


def _definition(reference: str, root: Schema) -> Schema:
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}
