# Made by tools/make_sync_client.py from _async/blocks.py: change that and run it again.
"""Blocks: their types, schemas and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from prefect._wire.blocks import (
    BlockDocument,
    BlockDocumentCreate,
    BlockSchema,
    BlockSchemaCreate,
    BlockType,
    BlockTypeCreate,
    BlockTypeUpdate,
)
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient

if TYPE_CHECKING:
    from prefect._wire.blocks import BlockDocumentUpdate

_OF_DOCUMENT = frozenset(BlockDocumentCreate.model_fields)


class BlocksTypeClient(BaseClient):
    """What can be done with block types."""

    def create_block_type(self, block_type: BlockTypeCreate) -> BlockType:
        """Create a block type; raises `ObjectAlreadyExists` if there is one of that slug."""
        return BlockType.model_validate(self._call("block_types.create", body=bodies.given(block_type)))

    def read_block_type_by_slug(self, slug: str) -> BlockType:
        """The block type of this slug; raises `ObjectNotFound`."""
        return BlockType.model_validate(self._call("block_types.read_by_slug", slug=slug))

    def update_block_type(self, block_type_id: UUID, block_type: BlockTypeUpdate) -> None:
        """Change what is set on `block_type`; raises `ObjectNotFound`."""
        changes = block_type.model_dump(
            mode="json", exclude_unset=True, include=BlockTypeUpdate.updatable_fields()
        )
        self._call("block_types.update", id=bodies.text(block_type_id), body=changes)

    def delete_block_type(self, block_type_id: UUID) -> None:
        """Remove a block type with its documents; raises `ObjectNotFound`."""
        self._call("block_types.delete", id=bodies.text(block_type_id))

    def read_block_types(self) -> list[BlockType]:
        """The block types by name, as many as one answer holds."""
        found = self._call("block_types.filter", body={})
        return [BlockType.model_validate(each) for each in found]

    def read_block_documents_by_type(
        self,
        block_type_slug: str,
        offset: int | None = None,
        limit: int | None = None,
        include_secrets: bool = True,
    ) -> list[BlockDocument]:
        """The documents of a block type by name, a page of them."""
        body = bodies.listing(limit=limit, offset=offset, include_secrets=include_secrets)
        body["block_types"] = {"slug": {"any_": [block_type_slug]}}
        found = self._call("block_documents.filter", body=body)
        return [BlockDocument.model_validate(each) for each in found]


class BlocksSchemaClient(BaseClient):
    """What can be done with block schemas."""

    def create_block_schema(self, block_schema: BlockSchemaCreate) -> BlockSchema:
        """Create a schema, or get the one of that checksum and version."""
        return BlockSchema.model_validate(self._call("block_schemas.create", body=bodies.given(block_schema)))

    def read_block_schema_by_checksum(self, checksum: str, version: str | None = None) -> BlockSchema:
        """The schema of this checksum and version, the newest for None; raises `ObjectNotFound`."""
        return BlockSchema.model_validate(
            self._call("block_schemas.read_by_checksum", checksum=checksum, version=version)
        )

    def read_block_schemas(self) -> list[BlockSchema]:
        """The schemas, the newest first, as many as one answer holds."""
        found = self._call("block_schemas.filter", body={})
        return [BlockSchema.model_validate(each) for each in found]

    def get_most_recent_block_schema_for_block_type(self, block_type_id: UUID) -> BlockSchema | None:
        """The newest schema of a block type, None if it has none."""
        body = {"block_schemas": {"block_type_id": {"any_": [bodies.text(block_type_id)]}}, "limit": 1}
        found = self._call("block_schemas.filter", body=body)
        return BlockSchema.model_validate(found[0]) if found else None


class BlocksDocumentClient(BaseClient):
    """What can be done with saved blocks."""

    def create_block_document(
        self, block_document: BlockDocument | BlockDocumentCreate, include_secrets: bool = True
    ) -> BlockDocument:
        """Save a block; raises `ObjectAlreadyExists` if its type has one of that name.

        Without `include_secrets`, secrets in the data are saved as the stars that they are shown as.
        """
        body = block_document.model_dump(
            mode="json",
            exclude_unset=True,
            include=set(_OF_DOCUMENT),
            context={"include_secrets": include_secrets},
        )
        return BlockDocument.model_validate(self._call("block_documents.create", body=body))

    def update_block_document(self, block_document_id: UUID, block_document: BlockDocumentUpdate) -> None:
        """Change a saved block; raises `ObjectNotFound`."""
        body = block_document.model_dump(mode="json", exclude_unset=True, context={"include_secrets": True})
        self._call("block_documents.update", id=bodies.text(block_document_id), body=body)

    def delete_block_document(self, block_document_id: UUID) -> None:
        """Remove a saved block; raises `ObjectNotFound`."""
        self._call("block_documents.delete", id=bodies.text(block_document_id))

    def read_block_document(self, block_document_id: UUID, include_secrets: bool = True) -> BlockDocument:
        """The saved block of this id; raises `ObjectNotFound`."""
        found = self._call(
            "block_documents.read", id=bodies.text(block_document_id), include_secrets=include_secrets
        )
        return BlockDocument.model_validate(found)

    def read_block_documents(
        self,
        block_schema_type: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        include_secrets: bool = True,
    ) -> list[BlockDocument]:
        """The saved blocks by name, a page of them; anonymous ones are left out."""
        body = bodies.listing(limit=limit, offset=offset, include_secrets=include_secrets)
        if block_schema_type is not None:
            body["block_types"] = {"slug": {"any_": [block_schema_type]}}
        found = self._call("block_documents.filter", body=body)
        return [BlockDocument.model_validate(each) for each in found]

    def read_block_document_by_name(
        self, name: str, block_type_slug: str, include_secrets: bool = True
    ) -> BlockDocument:
        """The saved block of this type and name; raises `ObjectNotFound`."""
        found = self._call(
            "block_types.read_document_by_name",
            slug=block_type_slug,
            block_document_name=name,
            include_secrets=include_secrets,
        )
        return BlockDocument.model_validate(found)
