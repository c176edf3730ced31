"""Blocks and their documents: registering, saving, loading and removing them over a link."""

from __future__ import annotations

import inspect
import re
import warnings
from abc import ABC
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from pydantic import ValidationError

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._wire.blocks import BlockDocumentCreate
from prefect._wire.operation import JsonObject, named
from prefect.blocks import _registry, _schema

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect.blocks.core import Block

client_errors: Any = lazy.module("prefect.client.orchestration._errors")

B = TypeVar("B", bound="Block")

_NOT_FOUND = 404
_CONFLICT = 409
_TYPE_FIELDS = ("logo_url", "documentation_url", "description", "code_example")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")


class InvalidBlockRegistration(Exception):
    """Only classes of blocks that can be made can be registered."""


class BlockNotSavedError(RuntimeError):
    """The block has to be saved first."""


async def _call(link: Link, operation: str, **arguments: Any) -> Any:
    try:
        return await link.call(named(operation), **arguments)
    except OperationError as refusal:
        raise client_errors.public(refusal, operation) from refusal


# ------------------------------------------------------------------ types and schemas


async def register(link: Link, cls: type[Block], seen: frozenset[type] = frozenset()) -> tuple[str, str]:
    """Make the type and the schema of a class known, those of the blocks that it holds first.

    Returns the ids of both. Raises `InvalidBlockRegistration` for `Block` itself and for interfaces.
    """
    _check_registrable(cls)
    for field in cls.model_fields.values():
        for inner in _schema.blocks_of(field.annotation):
            if inner is not cls and inner not in seen and is_registrable(inner):
                await register(link, inner, seen | {cls})
    type_id = await _register_type(link, cls)
    body = cls._to_block_schema_create(type_id)  # pyright: ignore[reportPrivateUsage]
    return type_id, (await _call(link, "block_schemas.create", body=body))["id"]


def is_registrable(cls: type[Block]) -> bool:
    """Whether there can be blocks of this very class."""
    return ABC not in cls.__bases__ and not inspect.isabstract(cls)


def _check_registrable(cls: type[Block]) -> None:
    if not is_registrable(cls):
        raise InvalidBlockRegistration(
            f"{cls.__name__} is no class of blocks that can be made: register a subclass of it."
        )


async def _register_type(link: Link, cls: type[Block]) -> str:
    body = cls._to_block_type_create()  # pyright: ignore[reportPrivateUsage]
    known = await _type(link, body["slug"])
    if known is None:
        try:
            return (await link.call(named("block_types.create"), body=body))["id"]
        except OperationError as refusal:
            known = await _type(link, body["slug"]) if refusal.status == _CONFLICT else None
            if known is None:
                raise client_errors.public(refusal, "block_types.create") from refusal
    changes = {name: body[name] for name in _TYPE_FIELDS if body[name] != known[name]}
    if changes:
        await _call(link, "block_types.update", id=known["id"], body=changes)
    return known["id"]


async def _type(link: Link, slug: str) -> JsonObject | None:
    try:
        return await link.call(named("block_types.read_by_slug"), slug=slug)
    except OperationError as refusal:
        if refusal.status != _NOT_FOUND:
            raise client_errors.public(refusal, "block_types.read_by_slug") from refusal
        return None


# ------------------------------------------------------------------ saving


async def save(link: Link, block: Block, name: str | None, *, is_anonymous: bool, overwrite: bool) -> UUID:
    """Save a block under a name, or anonymously; returns the id of its document."""
    cls = type(block)
    if name is None and not is_anonymous:
        name = block._block_document_name  # pyright: ignore[reportPrivateUsage]
        if name is None:
            raise ValueError("The block was never saved, so it needs a name to be saved under: save('name').")
    data = document_data(block)
    for inner in _written_out(data):
        await register(link, inner)
    type_id, schema_id = await register(link, cls)
    checked = BlockDocumentCreate(
        name=name,
        block_schema_id=UUID(schema_id),
        block_type_id=UUID(type_id),
        is_anonymous=is_anonymous,
    )
    body = {**checked.model_dump(mode="json"), "data": data}
    try:
        document: JsonObject = await link.call(named("block_documents.create"), body=body)
    except OperationError as refusal:
        if refusal.status != _CONFLICT or name is None:
            raise client_errors.public(refusal, "block_documents.create") from refusal
        if not overwrite:
            raise ValueError(
                f"There is a block named {name!r} of the type {cls.get_block_type_slug()!r} already;"
                " overwrite=True replaces it."
            ) from None
        document = await _overwritten(link, cls, name, schema_id, data)
    _mark(block, document)
    return UUID(document["id"])


async def _overwritten(
    link: Link, cls: type[Block], name: str, schema_id: str, data: JsonObject
) -> JsonObject:
    document = await _document(link, cls.get_block_type_slug(), name)
    body = {"block_schema_id": schema_id, "data": data, "merge_existing_data": False}
    await _call(link, "block_documents.update", id=document["id"], body=body)
    return {**document, "block_schema_id": schema_id}


def document_data(block: Block) -> JsonObject:
    """What is stored of a block: its declared fields with their secrets, a saved block in them by its id."""
    dumped = block.model_dump(mode="json", by_alias=True, context={"include_secrets": True})
    data: JsonObject = {}
    for name, field in type(block).model_fields.items():
        key = field.serialization_alias or field.alias or name
        if key in dumped:
            data[key] = _by_reference(dumped[key])
    return data


def _by_reference(value: Any) -> Any:
    block = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if block.get("_block_document_id") and "block_type_slug" in block:
        id_ = block["_block_document_id"]
        return {"$ref": {"block_document_id": str(id_)}}
    return cast(Any, value)


def _written_out(data: Any) -> set[type[Block]]:
    """The classes of the blocks inside `data` that were never saved by themselves."""
    if isinstance(data, list):
        return {cls for item in cast("list[Any]", data) for cls in _written_out(item)}
    if not isinstance(data, dict):
        return set()
    value = cast("dict[str, Any]", data)
    found = {cls for item in value.values() for cls in _written_out(item)}
    slug = value.get("block_type_slug")
    return found | {_registry.lookup(slug)} if isinstance(slug, str) else found


def _mark(block: Block, document: Mapping[str, Any]) -> None:
    """Have the block know its document."""
    block._block_document_id = UUID(document["id"])  # pyright: ignore[reportPrivateUsage]
    block._block_document_name = document["name"]  # pyright: ignore[reportPrivateUsage]
    block._is_anonymous = document["is_anonymous"]  # pyright: ignore[reportPrivateUsage]
    block._block_schema_id = UUID(document["block_schema_id"])  # pyright: ignore[reportPrivateUsage]
    block._block_type_id = UUID(document["block_type_id"])  # pyright: ignore[reportPrivateUsage]


# ------------------------------------------------------------------ loading and removing


async def _document(link: Link, slug: str, name: str) -> JsonObject:
    try:
        return await link.call(
            named("block_types.read_document_by_name"),
            slug=slug,
            block_document_name=name,
            include_secrets=True,
        )
    except OperationError as refusal:
        if refusal.status != _NOT_FOUND:
            raise client_errors.public(refusal, "block_types.read_document_by_name") from refusal
        raise ValueError(
            f"Unable to find a saved block named {name!r} of the type {slug!r}. `prefect block ls` lists"
            " those that exist."
        ) from client_errors.public(refusal, "block_types.read_document_by_name")


async def load(link: Link, cls: type[B], name: str, validate: bool) -> B:
    """The saved block of that name; for `Block` itself the name is ``type-slug/name``."""
    slug, slash, rest = name.partition("/")
    if slash:
        is_own = _is_base(cls) or slug == cls.get_block_type_slug()
        slug, rest = (slug, rest) if is_own else (cls.get_block_type_slug(), name)
    elif _is_base(cls):
        raise ValueError(
            f"{name!r} does not say of which type the block is. Load it as 'type-slug/{name}' (as in"
            f" 'secret/{name}'), or by its class, as in `Secret.load({name!r})`."
        )
    else:
        slug, rest = cls.get_block_type_slug(), name
    return from_document(cls, await _document(link, slug, rest), validate)


async def load_by_id(link: Link, cls: type[B], id_: str | UUID, validate: bool) -> B:
    """The saved block of that id."""
    try:
        document = await link.call(named("block_documents.read"), id=str(id_), include_secrets=True)
    except OperationError as refusal:
        if refusal.status != _NOT_FOUND:
            raise client_errors.public(refusal, "block_documents.read") from refusal
        raise ValueError(f"Unable to find a saved block with the id {str(id_)!r}.") from client_errors.public(
            refusal, "block_documents.read"
        )
    return from_document(cls, document, validate)


async def load_from_ref(link: Link, cls: type[B], ref: Any, validate: bool) -> B:
    """The saved block that `ref` names: an id, or a dictionary with an id or a ``type-slug/name``."""
    if isinstance(ref, UUID):
        return await load_by_id(link, cls, ref, validate)
    if isinstance(ref, str):
        if not _UUID.fullmatch(ref):
            raise ValueError(f"{ref!r} is not the id of a saved block (a UUID).")
        return await load_by_id(link, cls, UUID(ref), validate)
    if isinstance(ref, dict):
        given = cast("dict[str, Any]", ref)
        if given.get("block_document_id"):
            return await load_from_ref(link, cls, _as_id(given["block_document_id"]), validate)
        slug = given.get("block_document_slug")
        if isinstance(slug, str):
            type_slug, slash, name = slug.partition("/")
            if not slash or not name:
                raise ValueError(f"{slug!r} is not of the form 'type-slug/name'.")
            return from_document(cls, await _document(link, type_slug, name), validate)
    raise ValueError(
        f"{ref!r} refers to no block: give the id of a saved block, {{'block_document_id': id}}, or"
        " {'block_document_slug': 'type-slug/name'}."
    )


def _as_id(id_: Any) -> str | UUID:
    return id_ if isinstance(id_, UUID) else str(id_)


def _is_base(cls: type[Block]) -> bool:
    return not is_registrable(cls)


async def delete(link: Link, cls: type[Block], name: str) -> None:
    """Remove the saved block of that name; raises `ValueError` if there is none."""
    document = await _document(link, cls.get_block_type_slug(), name)
    await _call(link, "block_documents.delete", id=document["id"])


def from_document(cls: type[B], document: JsonObject, validate: bool) -> B:
    """The block of a document.

    Raises `RuntimeError` if its data do not fit the class; without `validate` it warns and leaves None where
    something is missing.
    """
    block_type: JsonObject = document.get("block_type") or {}
    slug: str = block_type.get("slug") or document["block_schema"]["fields"]["block_type_slug"]
    target = _class_for(cls, slug)
    data = _with_origins(document["data"], document.get("block_document_references") or {})
    try:
        block = target.model_validate(data)
    except ValidationError as error:
        if validate:
            raise RuntimeError(
                f"The saved block {document['name']!r} does not fit the class {target.__name__} of the type"
                f" {target.get_block_type_slug()!r}: the class may have changed since. `validate=False` loads"
                f" what fits. {_summary(error)}"
            ) from error
        block = _as_far_as_it_fits(target, data, document["name"])
    _mark(block, document)
    return block


def _class_for(cls: type[B], slug: str) -> type[B]:
    if slug == cls.get_block_type_slug():
        return cls
    found = _registry.lookup(slug) if _is_base(cls) else _registry._known(slug)  # pyright: ignore[reportPrivateUsage]
    return found if found is not None and issubclass(found, cls) else cls


def _summary(error: ValidationError) -> str:
    """The fields that do not fit, without their values: those may be secret."""
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())


def _with_origins(data: JsonObject, held: Mapping[str, Any]) -> JsonObject:
    """The data, the blocks in them that were saved by themselves with their types, ids and names."""
    for path, reference in held.items():
        data = _with_origin(data, path.split("."), reference["block_document"])
    return data


def _with_origin(node: Any, path: list[str], origin: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        items = list(cast("list[Any]", node))
        index = int(path[0])
        items[index] = _with_origin(items[index], path[1:], origin)
        return items
    value = dict(cast("dict[str, Any]", node))
    if path:
        if path[0] in value:
            value[path[0]] = _with_origin(value[path[0]], path[1:], origin)
        return value
    value = _with_origins(value, origin.get("block_document_references") or {})
    slug = origin["block_type"]["slug"]
    if _registry._known(slug) is not None:  # pyright: ignore[reportPrivateUsage]
        value["block_type_slug"] = slug
    return value | {
        "_block_document_id": origin["id"],
        "_block_document_name": origin["name"],
        "_is_anonymous": origin["is_anonymous"],
    }


def _as_far_as_it_fits(cls: type[B], data: JsonObject, name: str) -> B:
    warnings.warn(
        f"The saved block {name!r} does not fit the class {cls.__name__}: fields that it does not have are"
        " None. Saving it again with `overwrite=True` brings it up to date.",
        stacklevel=2,
    )
    fields = cls.model_fields
    block = cls.model_construct(
        **{key: None for key, field in fields.items() if field.is_required() and key not in data}
    )
    for key, field in fields.items():
        given = data.get(field.alias or key, data.get(key, _schema))
        if given is _schema:
            continue
        try:
            cls.__pydantic_validator__.validate_assignment(block, key, given)
        except ValidationError:
            setattr(block, key, given)
    block.block_initialization()
    return block
