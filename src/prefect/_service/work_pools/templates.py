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

    schema: JsonObject = {**variables, "required": []}
    kind = cast(Any, jsonschema.Draft202012Validator)
    unfit = next(kind(kind.META_SCHEMA).iter_errors(schema), None)
    if unfit is not None:
        raise Invalid(f"`variables` of the base job template is not a JSON schema: {unfit.message}")
    wrong = next(kind(schema, registry=cast(Any, Registry)()).iter_errors(defaults), None)
    if wrong is not None:
        where = ".".join(str(step) for step in wrong.absolute_path)
        raise Invalid(
            f"The default of the variable {where!r} does not satisfy its own schema: {wrong.message}."
        )


def _is_given(default: Any) -> bool:
    if isinstance(default, Mapping):
        return "$ref" not in cast("Mapping[str, Any]", default)
    return default is not None
