"""Blocks as the API speaks of them: types, the schemas of their fields, and documents that fill those in."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self
from uuid import UUID, uuid4

from pydantic import (
    AfterValidator,
    Field,
    HttpUrl,
    SerializerFunctionWrapHandler,
    field_serializer,
    model_validator,
)

from prefect._wire.common import ActionBaseModel, Name, ObjectBaseModel, PrefectBaseModel
from prefect._wire.filters import BlockDocumentFilter, BlockSchemaFilter, BlockTypeFilter
from prefect._wire.requests import Page
from prefect._wire.secret_values import revealed
from prefect._wire.sorts import BlockDocumentSort

DEFAULT_BLOCK_SCHEMA_VERSION = "non-versioned"

_DOCUMENT_NAME = re.compile(r"[a-z0-9-]+")
_SLUG = re.compile(r"[a-z0-9-]+")


def check_document_name(name: str | None) -> str | None:
    """The name itself; raises `ValueError` for one that a document cannot have."""
    if name is not None and not _DOCUMENT_NAME.fullmatch(name):
        raise ValueError("The name of a block document consists of lowercase letters, digits and dashes.")
    return name


def _check_slug(slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        raise ValueError("The slug of a block type consists of lowercase letters, digits and dashes.")
    return slug


_DocumentName = Annotated[Name | None, AfterValidator(check_document_name)]


def _shown(value: Any, dumped: Any, context: Any) -> Any:
    show = bool(context) and context.get("include_secrets", False)
    return revealed(value, dumped) if show else dumped


_NO_NAME = "A block document that is not anonymous needs a name."


class BlockType(ObjectBaseModel):
    """A kind of block."""

    name: Name
    slug: str
    logo_url: HttpUrl | None = None
    documentation_url: HttpUrl | None = None
    description: str | None = None
    code_example: str | None = None
    is_protected: bool = False


class BlockTypeCreate(ActionBaseModel):
    """A kind of block to be created."""

    name: Name
    slug: Annotated[str, AfterValidator(_check_slug)]
    logo_url: HttpUrl | None = None
    documentation_url: HttpUrl | None = None
    description: str | None = None
    code_example: str | None = None


class BlockTypeUpdate(ActionBaseModel):
    """What to change of a kind of block: the keys that are set."""

    logo_url: HttpUrl | None = None
    documentation_url: HttpUrl | None = None
    description: str | None = None
    code_example: str | None = None

    @classmethod
    def updatable_fields(cls) -> set[str]:
        """The names of what can be changed."""
        return set(cls.model_fields)


class BlockSchema(ObjectBaseModel):
    """The fields that blocks of a kind have, as JSON schema; `checksum` tells schemas apart."""

    checksum: str
    fields: dict[str, Any] = Field(default_factory=dict)
    block_type_id: UUID | None
    block_type: BlockType | None = None
    capabilities: list[str] = Field(default_factory=list)
    version: str = DEFAULT_BLOCK_SCHEMA_VERSION


class BlockSchemaCreate(ActionBaseModel):
    """The fields of a kind of block, to be made known."""

    fields: dict[str, Any] = Field(default_factory=dict)
    block_type_id: UUID | None = None
    capabilities: list[str] = Field(default_factory=list)
    version: str = DEFAULT_BLOCK_SCHEMA_VERSION


class BlockDocument(ObjectBaseModel):
    """A saved block."""

    name: _DocumentName = None
    data: dict[str, Any] = Field(default_factory=dict)
    block_schema_id: UUID
    block_schema: BlockSchema | None = None
    block_type_id: UUID
    block_type_name: str | None = None
    block_type: BlockType | None = None
    block_document_references: dict[str, dict[str, Any]] = Field(default_factory=dict)
    is_anonymous: bool = False

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not self.is_anonymous and self.name is None:
            raise ValueError(_NO_NAME)
        return self

    @field_serializer("data", mode="wrap", when_used="json")
    def _serialize_data(self, value: Any, handler: SerializerFunctionWrapHandler, info: Any) -> Any:
        return _shown(value, handler(value), info.context)


class BlockDocumentCreate(ActionBaseModel):
    """A block to be saved. ``{"$ref": {"block_document_id": ...}}`` in the data stands for a saved block."""

    name: _DocumentName = None
    data: dict[str, Any] = Field(default_factory=dict)
    block_schema_id: UUID
    block_type_id: UUID
    is_anonymous: bool = False

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not self.is_anonymous and self.name is None:
            raise ValueError(_NO_NAME)
        return self

    @field_serializer("data", mode="wrap", when_used="json")
    def _serialize_data(self, value: Any, handler: SerializerFunctionWrapHandler, info: Any) -> Any:
        return _shown(value, handler(value), info.context)


class BlockDocumentUpdate(ActionBaseModel):
    """What to change of a saved block: data beside the stored, or instead of it."""

    block_schema_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    merge_existing_data: bool = True

    @field_serializer("data", mode="wrap", when_used="json")
    def _serialize_data(self, value: Any, handler: SerializerFunctionWrapHandler, info: Any) -> Any:
        return _shown(value, handler(value), info.context)


class BlockDocumentReferenceCreate(ActionBaseModel):
    """That one saved block holds another, to be made known."""

    id: UUID = Field(default_factory=uuid4)
    parent_block_document_id: UUID
    reference_block_document_id: UUID
    name: str


class BlockDocumentReference(ObjectBaseModel):
    """That one saved block holds another, under this name."""

    parent_block_document_id: UUID
    parent_block_document: BlockDocument | None = None
    reference_block_document_id: UUID
    reference_block_document: BlockDocument | None = None
    name: str

    @model_validator(mode="after")
    def _holds_another(self) -> Self:
        if self.parent_block_document_id == self.reference_block_document_id:
            raise ValueError("A block document cannot hold itself.")
        return self


class BlockSchemaReference(ObjectBaseModel):
    """That the fields of one kind of block hold blocks of another."""

    parent_block_schema_id: UUID
    parent_block_schema: BlockSchema | None = None
    reference_block_schema_id: UUID
    reference_block_schema: BlockSchema | None = None
    name: str


class BlockTypesFilter(Page):
    """Which kinds of blocks."""

    block_types: BlockTypeFilter | None = None
    block_schemas: BlockSchemaFilter | None = None


class BlockSchemasFilter(Page):
    """Which schemas of blocks."""

    block_schemas: BlockSchemaFilter | None = None


class BlockDocumentsCount(PrefectBaseModel):
    """Which saved blocks."""

    block_documents: BlockDocumentFilter | None = None
    block_types: BlockTypeFilter | None = None
    block_schemas: BlockSchemaFilter | None = None


class BlockDocumentsFilter(BlockDocumentsCount, Page):
    """Which saved blocks, in which order, with their secrets or without."""

    include_secrets: bool = False
    sort: BlockDocumentSort | None = BlockDocumentSort.NAME_ASC
