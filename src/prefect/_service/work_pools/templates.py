"""What a base job template promises: the defaults of its variables satisfy their own schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from prefect._base.errors import Invalid
from prefect._wire.operation import JsonObject


def check(template: JsonObject) -> None:
    """Raise `Invalid` if a variable of the template has a default that its own schema refuses.

    A default that refers to a block is not known here, and None stands for no default.
    """
    variables: JsonObject = template.get("variables") or {}
    properties: JsonObject = variables.get("properties") or {}
    defaults: JsonObject = {
        name: declared["default"]
        for name, declared in properties.items()
        if isinstance(declared, Mapping) and _is_given(cast("Mapping[str, Any]", declared).get("default"))
    }
    if not defaults:
        return
    import jsonschema
    from referencing import Registry

    schema = {**variables, "required": []}
    try:
        validator: Any = jsonschema.Draft202012Validator(schema, registry=cast(Any, Registry()))
        wrong = next(iter(validator.iter_errors(defaults)), None)
    except jsonschema.exceptions.SchemaError as error:  # pyright: ignore[reportAttributeAccessIssue]
        raise Invalid(
            f"`variables` of the base job template is not a JSON schema: {error.message}"
        ) from error
    if wrong is not None:
        where = ".".join(str(step) for step in wrong.absolute_path)
        raise Invalid(
            f"The default of the variable {where!r} does not satisfy its own schema: {wrong.message}."
        )


def _is_given(default: Any) -> bool:
    if isinstance(default, Mapping):
        return "$ref" not in cast("Mapping[str, Any]", default)
    return default is not None
