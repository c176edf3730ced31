"""Holding parameters against a JSON schema, with errors that a form can show at its fields."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from prefect._base import lazy
from prefect.utilities.schema_tools.hydration import HydrationError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError as JSONSchemaValidationError

jsonschema: Any = lazy.module("jsonschema")
exceptions: Any = lazy.module("jsonschema.exceptions")
referencing: Any = lazy.module("referencing")

PLACEHOLDERS_VALIDATOR_NAME = "_placeholders"

_Schema = dict[str, Any]


class CircularSchemaRefError(Exception):
    """The schema refers to itself in a way that never ends."""


class ValidationError(Exception):
    """The parameters do not fit the schema."""


def is_valid_schema(schema: Mapping[str, Any], preprocess: bool = True) -> None:
    """Raise `ValueError` unless `schema` is a JSON schema."""
    if preprocess:
        schema = preprocess_schema(schema)
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except exceptions.SchemaError as error:
        raise ValueError(f"Invalid schema: {error.message}") from error


def validate(
    obj: dict[str, Any],
    schema: Mapping[str, Any],
    raise_on_error: bool = False,
    preprocess: bool = True,
    ignore_required: bool = False,
    allow_none_with_default: bool = False,
) -> list[JSONSchemaValidationError]:
    """What does not fit in `obj`: errors of jsonschema, and one for each placeholder that was not filled in.

    :param raise_on_error: raise `ValidationError` for the most telling error instead
    :param preprocess: let optional properties be null, as :func:`preprocess_schema` does
    :param ignore_required: let properties be absent
    :param allow_none_with_default: let properties with a default be null

    Raises `CircularSchemaRefError` for a schema that leads in circles, `ValidationError` for a reference that
    leads nowhere; nothing is fetched.
    """
    if preprocess:
        schema = preprocess_schema(schema, allow_none_with_default)
    if ignore_required:
        schema = _without(dict(schema), "required")
    validator = jsonschema.Draft202012Validator(schema, registry=referencing.Registry())
    try:
        errors = list(validator.iter_errors(obj))
    except RecursionError as error:
        raise CircularSchemaRefError("The schema refers to itself in a circle.") from error
    except Exception as error:
        if "Unresolvable" not in type(error).__name__ and not _is_unresolvable(error):
            raise
        raise ValidationError(f"Validation failed. Failure reason: {error}") from error
    for path, placeholder in _unfilled(obj, ()):
        unfilled = exceptions.ValidationError(
            placeholder.message, validator=PLACEHOLDERS_VALIDATOR_NAME, path=path, instance=placeholder
        )
        errors.append(unfilled)
    if raise_on_error and errors:
        worst = exceptions.best_match(errors)
        where = f" for field {'.'.join(map(str, worst.absolute_path))!r}" if worst.absolute_path else ""
        raise ValidationError(f"Validation failed{where}. Failure reason: {worst.message}") from worst
    return errors


def _is_unresolvable(error: BaseException | None) -> bool:
    while error is not None:
        if type(error).__module__.startswith("referencing"):
            return True
        error = error.__cause__ or error.__context__
    return False


def _unfilled(
    value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], HydrationError]]:
    if isinstance(value, HydrationError):
        yield path, value
    elif isinstance(value, dict):
        for name, member in cast("dict[str, Any]", value).items():
            yield from _unfilled(member, (*path, name))
    elif isinstance(value, list):
        for index, element in enumerate(cast("list[Any]", value)):
            yield from _unfilled(element, (*path, index))


def _without(schema: Any, keyword: str) -> Any:
    """The schema without a keyword, at any depth; a property of that name stays."""
    if isinstance(schema, list):
        return [_without(each, keyword) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    found = cast(_Schema, schema)
    return {
        name: {key: _without(each, keyword) for key, each in cast(_Schema, value).items()}
        if name in ("properties", "definitions", "$defs") and isinstance(value, dict)
        else _without(value, keyword)
        for name, value in found.items()
        if name != keyword
    }


def is_valid(obj: dict[str, Any], schema: Mapping[str, Any]) -> bool:
    """Whether `obj` fits `schema`."""
    return not validate(obj, schema)


# ------------------------------------------------------------------ errors for forms


def prioritize_placeholder_errors(
    errors: list[JSONSchemaValidationError],
) -> list[JSONSchemaValidationError]:
    """The errors without those that only follow from a placeholder that was not filled in."""
    unfilled = {tuple(e.absolute_path) for e in errors if e.validator == PLACEHOLDERS_VALIDATOR_NAME}
    return [
        error
        for error in errors
        if error.validator == PLACEHOLDERS_VALIDATOR_NAME or tuple(error.absolute_path) not in unfilled
    ]


def build_error_obj(errors: list[JSONSchemaValidationError]) -> dict[str, Any]:
    """The errors as a tree of properties and indexes: ``{"valid": bool, "errors": [...]}``."""
    tree: dict[str, Any] = {"errors": []}
    for error in prioritize_placeholder_errors(errors):
        steps = [*error.absolute_path, *_missing(error)]
        members: list[Any] = tree["errors"]
        for step in steps:
            members = _members(members, step)
        members.append(error.message)
    tree["valid"] = not tree["errors"]
    return tree


def _missing(error: JSONSchemaValidationError) -> list[str]:
    """The property that is required and absent: its own errors are shown at it."""
    if error.validator != "required":
        return []
    required = cast("list[str]", error.validator_value or [])
    name = next((each for each in required if error.message.startswith(repr(each))), None)
    return [] if name is None else [name]


def _members(members: list[Any], step: str | int) -> list[Any]:
    kind = "index" if isinstance(step, int) else "property"
    for member in members:
        if isinstance(member, dict) and cast(_Schema, member).get(kind) == step:
            return cast("list[Any]", member["errors"])
    inner: list[Any] = []
    members.append({kind: step, "errors": inner})
    return inner


# ------------------------------------------------------------------ schemas of pydantic


def process_properties(
    properties: dict[str, dict[str, Any]], required_fields: list[str], allow_none_with_default: bool = False
) -> None:
    """Let properties that may be absent be null, too, in place; those with a default only if it is said."""
    for name, schema in properties.items():
        if name in required_fields or "type" not in schema:
            continue
        if "default" in schema and not allow_none_with_default:
            continue
        if schema["type"] == "null":
            continue
        schema["anyOf"] = [{"type": schema.pop("type")}, {"type": "null"}]


def preprocess_schema(schema: Mapping[str, Any], allow_none_with_default: bool = False) -> Mapping[str, Any]:
    """A copy in which properties that may be absent may be null, and tuples are told in the present way."""
    found = copy.deepcopy(dict(schema))
    if isinstance(found.get("properties"), dict):
        _prepare(found, allow_none_with_default)
    for definitions in (found.get("definitions"), found.get("$defs")):
        for definition in cast(_Schema, definitions or {}).values():
            if isinstance(definition, dict) and "properties" in definition:
                _prepare(cast(_Schema, definition), allow_none_with_default)
    return found


def _prepare(schema: _Schema, allow_none_with_default: bool) -> None:
    properties = cast("dict[str, _Schema]", schema["properties"])
    for each in properties.values():
        if isinstance(each.get("items"), list):
            each["prefixItems"] = each.pop("items")
    process_properties(schema["properties"], schema.get("required") or [], allow_none_with_default)
