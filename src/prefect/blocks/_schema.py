"""The JSON schema of a block: what a server and other programs know of its fields."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast, get_args, get_origin

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

from prefect.types import SecretDict

if TYPE_CHECKING:
    from prefect.blocks.core import Block

JsonSchema: TypeAlias = dict[str, Any]

# the classes whose checksums are being computed: a block that may hold its own kind ends there
_under_way: ContextVar[tuple[type, ...]] = ContextVar("prefect_block_schemas", default=())


def described(schema: JsonSchema, cls: type[Block]) -> None:
    """Add to the schema of a class what makes it that of a block."""
    schema["block_type_slug"] = cls.get_block_type_slug()
    schema["secret_fields"] = list(secret_fields(cls))
    schema["block_schema_references"] = references(cls)
    text = cls.get_description()
    if text is None:
        schema.pop("description", None)
    else:
        schema["description"] = text


def finished(schema: JsonSchema) -> JsonSchema:
    """The schema in the shape that checksums are made from.

    Definitions are under ``definitions``, each property has its position, and what else a dictionary may hold
    is left out (but where it is one of several alternatives).
    """
    if "$defs" in schema:
        schema["definitions"] = schema.pop("$defs")
    if "$ref" in schema:  # of a class that may hold its own kind
        own = schema["definitions"][schema["$ref"].removeprefix("#/definitions/")]
        schema = {**own, "properties": dict(own.get("properties", {})), "definitions": schema["definitions"]}
    for one in (schema, *schema.get("definitions", {}).values()):
        if one is schema or "block_type_slug" in one:
            for position, member in enumerate(one.get("properties", {}).values()):
                member["position"] = position
    return _without_additional(schema)


def _without_additional(schema: JsonSchema) -> JsonSchema:
    return {
        key: _without_additional(cast(JsonSchema, value)) if isinstance(value, dict) else value
        for key, value in schema.items()
        if key != "additionalProperties"
    }


def secret_fields(cls: type[BaseModel], above: tuple[type, ...] = ()) -> Iterator[str]:
    """The paths of the secrets in a model, see :mod:`prefect._base.block_secrets`."""
    if cls in above:
        return
    for name, field in cls.model_fields.items():
        alias = field.serialization_alias or field.alias
        for key in (name,) if alias in (None, name) else (name, alias):
            yield from _secrets_of(key, field.annotation, (*above, cls))


def _secrets_of(path: str, annotation: Any, above: tuple[type, ...]) -> Iterator[str]:
    origin = get_origin(annotation) or annotation
    if origin is Annotated:
        yield from _secrets_of(path, get_args(annotation)[0], above)
    elif _is_class(origin, SecretDict):
        yield f"{path}.*"
    elif _is_class(origin, (SecretStr, SecretBytes, Secret)):
        yield path
    elif _is_class(origin, BaseModel):
        for inner in secret_fields(origin, above):
            yield f"{path}.{inner}"
    else:
        for argument in get_args(annotation):
            yield from _secrets_of(path, argument, above)


def _is_class(value: Any, bases: type | tuple[type, ...]) -> bool:
    return inspect.isclass(value) and issubclass(value, bases)


def references(cls: type[Block]) -> JsonSchema:
    """For each field that holds blocks the type and the checksum of those; a list where it holds several."""
    above = _under_way.get()
    token = _under_way.set((*above, cls))
    try:
        found: JsonSchema = {}
        for name, field in cls.model_fields.items():
            held = [_reference(block) for block in blocks_of(field.annotation) if block not in (*above, cls)]
            if held:
                found[name] = held[0] if len(held) == 1 else held
        return found
    finally:
        _under_way.reset(token)


def _reference(cls: type[Block]) -> Mapping[str, str]:
    return {
        "block_type_slug": cls.get_block_type_slug(),
        "block_schema_checksum": cls._calculate_schema_checksum(),  # pyright: ignore[reportPrivateUsage]
    }


def blocks_of(annotation: Any) -> Iterator[type[Block]]:
    """The classes of blocks that a value of this type may be or hold."""
    from prefect.blocks.core import Block

    origin = get_origin(annotation)
    if origin is None:
        if _is_class(annotation, Block):
            yield annotation
    elif origin is not type:
        for argument in get_args(annotation):
            yield from blocks_of(argument)
