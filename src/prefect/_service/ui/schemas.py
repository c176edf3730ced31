"""Checking values against a JSON schema, with errors in the form of a tree along the values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from prefect._base.errors import Invalid
from prefect._wire.operation import JsonObject


def errors(schema: JsonObject, values: JsonObject) -> list[Any]:
    """What is wrong: texts about the whole, and ``{"property": ..., "errors": [...]}`` or ``{"index": ...}``.

    Nothing is fetched for references that lead out of the schema. Raises `Invalid` if it is no schema.
    """
    import jsonschema
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    registry: Any = Registry[Any]()
    validator: Any = jsonschema.Draft202012Validator(
        schema, registry=registry, format_checker=jsonschema.FormatChecker()
    )
    try:
        validator.check_schema(schema)
        found = sorted(validator.iter_errors(values), key=lambda each: [str(step) for step in each.path])
    except (jsonschema.SchemaError, Unresolvable) as error:
        raise Invalid(f"This is no JSON schema: {getattr(error, 'message', error)}") from error
    root: list[Any] = []
    for each in found:
        path: list[str | int] = list(each.absolute_path)
        if each.validator == "required":
            # of several that are missing each is reported for all: one error each is enough
            for name in (name for name in each.validator_value if name not in each.instance):
                _put(root, [*path, name], f"{name!r} is required")
        else:
            _put(root, path, each.message)
    return root


def _put(errors: list[Any], path: Sequence[str | int], message: str) -> None:
    """Add a message at the end of `path`, making the tree that leads there."""
    for step in path:
        errors = _branch(errors, "index" if isinstance(step, int) else "property", step)
    if message not in errors:
        errors.append(message)


def _branch(errors: list[Any], key: str, step: str | int) -> list[Any]:
    for each in errors:
        if isinstance(each, dict) and cast("JsonObject", each).get(key) == step:
            return cast("JsonObject", each)["errors"]
    inside: list[Any] = []
    errors.append({key: step, "errors": inside})
    return inside
