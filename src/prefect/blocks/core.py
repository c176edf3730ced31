"""The base of all blocks.

::

    class Database(Block):
        host: str
        password: SecretStr

    Database(host="db", password="...").save("main")
    Database.load("main")            # Block.load("database/main") does the same without the class at hand

Functions that reach the API have an awaiting twin whose name begins with ``a``; called in async code, the
plain name returns a coroutine, too.
"""

from __future__ import annotations

import re
import sys
import textwrap
from abc import ABC
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeGuard, cast
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from prefect._base.block_checksum import checksum
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._link import given
from prefect._wire.blocks import (
    DEFAULT_BLOCK_SCHEMA_VERSION,
    BlockDocument,
    BlockDocumentCreate,
    BlockDocumentUpdate,
    BlockSchema,
    BlockSchemaCreate,
    BlockType,
    BlockTypeCreate,
    BlockTypeUpdate,
)
from prefect._wire.operation import JsonObject
from prefect._wire.secret_values import revealed
from prefect.blocks import _docstrings, _documents, _registry, _schema
from prefect.blocks._documents import BlockNotSavedError, InvalidBlockRegistration
from prefect.blocks._registry import UnknownBlockType, load_prefect_collections
from prefect.types import SecretDict
from prefect.utilities.slugify import slugify

if TYPE_CHECKING:
    from typing import Self

    from prefect.client.orchestration import PrefectClient

__all__ = [
    "Block",
    "BlockDocument",
    "BlockDocumentCreate",
    "BlockDocumentUpdate",
    "BlockNotSavedError",
    "BlockSchema",
    "BlockSchemaCreate",
    "BlockType",
    "BlockTypeCreate",
    "BlockTypeUpdate",
    "InvalidBlockRegistration",
    "SecretDict",
    "UnknownBlockType",
    "block_schema_to_key",
    "load_prefect_collections",
]

for _error in (BlockNotSavedError, InvalidBlockRegistration, UnknownBlockType):
    _error.__module__ = __name__

_BASE_VERSION = re.compile(r"\d+(\.\d+)*")
# what a block that was saved tells of itself where it is written out in another
_ORIGIN = ("_block_document_id", "_block_document_name", "_is_anonymous")


def block_schema_to_key(schema: BlockSchema) -> str:
    """The slug of the block type that a schema belongs to."""
    if schema.block_type is None:
        raise ValueError("The schema does not say of which block type it is.")
    return schema.block_type.slug


class Block(BaseModel, ABC):
    """Configuration that is saved under a name: a pydantic model whose secrets are kept encrypted.

    Class attributes say how the type is presented: `_block_type_name` and `_block_type_slug` (by default made
    from the class's name), `_logo_url`, `_documentation_url`, `_description` and `_code_example` (by default
    from the docstring), `_block_schema_capabilities` and `_block_schema_version`.
    """

    # what does not fit is not repeated in errors: it may be secret
    model_config = ConfigDict(extra="allow", protected_namespaces=(), hide_input_in_errors=True)

    _block_type_name: ClassVar[str | None] = None
    _block_type_slug: ClassVar[str | None] = None
    _logo_url: ClassVar[Any] = None
    _documentation_url: ClassVar[Any] = None
    _description: ClassVar[str | None] = None
    _code_example: ClassVar[str | None] = None
    _block_schema_capabilities: ClassVar[list[str] | None] = None
    _block_schema_version: ClassVar[str | None] = None

    _block_type_id: UUID | None = None
    _block_schema_id: UUID | None = None
    _block_document_id: UUID | None = None
    _block_document_name: str | None = None
    _is_anonymous: bool | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        # a generic class with its parameters filled in is of the same type as the class
        if not cls.__pydantic_generic_metadata__["origin"]:
            _registry.register(cls.get_block_type_slug(), cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        slug = kwargs.pop("block_type_slug", None)
        if slug is not None and slug != type(self).get_block_type_slug():
            _registry.lookup(slug)
        origin = {key: kwargs.pop(key) for key in _ORIGIN if key in kwargs}
        super().__init__(*args, **kwargs)
        self._remember(origin)
        self.block_initialization()

    def block_initialization(self) -> None:
        """Called after a block was made or loaded; for subclasses to set up what is no field."""

    def _remember(self, origin: dict[str, Any]) -> None:
        id_ = origin.get("_block_document_id")
        if id_ is not None:
            self._block_document_id = id_ if isinstance(id_, UUID) else UUID(str(id_))
            self._block_document_name = origin.get("_block_document_name")
            self._is_anonymous = origin.get("_is_anonymous")

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, field in type(self).model_fields.items():
            if field.repr and hasattr(self, name):
                yield name, getattr(self, name)

    def __str__(self) -> str:
        return repr(self)

    # -------------------------------------------------------------- validation and serialization

    @model_validator(mode="wrap")
    @classmethod
    def _validate_as_its_type(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Data that name their block type become a block of that type."""
        if not isinstance(value, dict) or "block_type_slug" not in value:
            return handler(value)
        data = dict(cast("dict[str, Any]", value))
        slug = data.pop("block_type_slug")
        if slug == cls.get_block_type_slug():
            return handler(data)
        target = _registry.lookup(slug)
        if not issubclass(target, cls):
            raise PydanticCustomError(
                "block_type",
                "A block of the type '{slug}' is no '{wanted}'",
                {"slug": slug, "wanted": cls.get_block_type_slug()},
            )
        return target.model_validate(data)

    @model_serializer(mode="wrap")
    def ser_model(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
        """The fields, the block's type, and of a saved block its document.

        Secrets are shown with ``context={"include_secrets": True}`` only.
        """
        dumped = handler(self)
        if not isinstance(dumped, dict):
            return dumped
        fields = cast("dict[str, Any]", dumped)
        if info.context and info.context.get("include_secrets", False):
            fields = revealed(self, fields)
        fields["block_type_slug"] = type(self).get_block_type_slug()
        if self._block_document_id is not None:
            id_ = self._block_document_id
            fields["_block_document_id"] = str(id_) if info.mode_is_json() else id_
            fields["_block_document_name"] = self._block_document_name
            fields["_is_anonymous"] = self._is_anonymous
        return fields

    def model_dump(self, **kwargs: Any) -> dict[str, Any]:
        """The block as a dictionary; blocks in it with all the fields that they have."""
        kwargs.setdefault("serialize_as_any", True)
        return super().model_dump(**kwargs)

    def model_dump_json(self, **kwargs: Any) -> str:
        """The block as JSON text; blocks in it with all the fields that they have."""
        kwargs.setdefault("serialize_as_any", True)
        return super().model_dump_json(**kwargs)

    # -------------------------------------------------------------- what is known of the type

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        _schema.described(handler.resolve_ref_schema(schema), cls)
        return schema

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool | None = True,
        ref_template: str = "#/definitions/{model}",
        schema_generator: type[GenerateJsonSchema] = GenerateJsonSchema,
        mode: Literal["validation", "serialization"] = "validation",
        **kwargs: Any,
    ) -> dict[str, Any]:
        """The JSON schema of the block's fields, with what servers know of blocks beside."""
        return _schema.finished(
            super().model_json_schema(
                by_alias=by_alias is not False,
                ref_template=ref_template,
                schema_generator=schema_generator,
                mode=mode,
                **kwargs,
            )
        )

    @classmethod
    def _calculate_schema_checksum(cls, block_schema_fields: dict[str, Any] | None = None) -> str:
        return checksum(cls.model_json_schema() if block_schema_fields is None else block_schema_fields)

    @classmethod
    def _declared(cls) -> type[Block]:
        """The class as it was written: of a generic class with parameters filled in, the one without."""
        return cast("type[Block]", cls.__pydantic_generic_metadata__["origin"] or cls)

    @classmethod
    def get_block_type_name(cls) -> str:
        """The name that people see."""
        return cls._block_type_name or cls._declared().__name__

    @classmethod
    def get_block_type_slug(cls) -> str:
        """The name of the type in addresses and references."""
        return slugify(cls._block_type_slug or cls.get_block_type_name())

    @classmethod
    def get_block_capabilities(cls) -> frozenset[str]:
        """What the block can do: its own capabilities and those of its bases."""
        return frozenset(
            name
            for base in (cls, *cls.__mro__)
            for name in getattr(base, "_block_schema_capabilities", None) or ()
        )

    @classmethod
    def get_block_schema_version(cls) -> str:
        """The version of the schema: as the class says, else that of its package."""
        if cls._block_schema_version:
            return cls._block_schema_version
        package = sys.modules.get(cls._declared().__module__.partition(".")[0])
        version = _BASE_VERSION.match(str(getattr(package, "__version__", "")))
        return version[0] if version else DEFAULT_BLOCK_SCHEMA_VERSION

    @classmethod
    def get_description(cls) -> str | None:
        """What the type is for: as the class says, else the first text of its docstring."""
        if cls._description is not None:
            return textwrap.dedent(cls._description)
        return _docstrings.description(cls._declared().__dict__.get("__doc__"))

    @classmethod
    def get_code_example(cls) -> str:
        """How a block of the type is used: as the class says, else its docstring, else how it is loaded."""
        if cls._code_example is not None:
            return textwrap.dedent(cls._code_example)
        found = _docstrings.example(cls._declared().__dict__.get("__doc__"))
        return found if found else cls._generated_example()

    @classmethod
    def _generated_example(cls) -> str:
        name, module = cls._declared().__name__, cls._declared().__module__
        variable = cls.get_block_type_slug().replace("-", "_")
        return f'```python\nfrom {module} import {name}\n\n{variable}_block = {name}.load("BLOCK_NAME")\n```'

    @classmethod
    def _to_block_type_create(cls) -> JsonObject:
        made = BlockTypeCreate(
            name=cls.get_block_type_name(),
            slug=cls.get_block_type_slug(),
            logo_url=cls._logo_url,
            documentation_url=cls._documentation_url,
            description=cls.get_description(),
            code_example=cls.get_code_example(),
        )
        return made.model_dump(mode="json")

    @classmethod
    def _to_block_schema_create(cls, block_type_id: str) -> JsonObject:
        return {
            "fields": cls.model_json_schema(),
            "block_type_id": block_type_id,
            "capabilities": sorted(cls.get_block_capabilities()),
            "version": cls.get_block_schema_version(),
        }

    # -------------------------------------------------------------- finding classes

    @classmethod
    def get_block_class_from_schema(cls, schema: BlockSchema) -> type[Self]:
        """The class of the blocks of a schema; raises `UnknownBlockType`."""
        return cls.get_block_class_from_key(block_schema_to_key(schema))

    @classmethod
    def get_block_class_from_key(cls, key: str) -> type[Self]:
        """The class of the blocks of a type, by its slug; raises `UnknownBlockType`."""
        return cast("type[Self]", _registry.lookup(key))

    @staticmethod
    def is_block_class(block: Any) -> TypeGuard[type[Block]]:
        """Whether `block` is a class of blocks."""
        return isinstance(block, type) and issubclass(block, Block)

    @staticmethod
    def annotation_refers_to_block_class(annotation: Any) -> bool:
        """Whether a value of this type may be or hold a block."""
        return any(True for _ in _schema.blocks_of(annotation))

    # -------------------------------------------------------------- saving and loading

    @classmethod
    async def aload(cls, name: str, validate: bool = True, client: PrefectClient | None = None) -> Self:
        """As :meth:`load`, awaited."""
        return await _documents.load(given.awaiting(client), cls, name, validate)

    @classmethod
    @async_dispatch(aload)
    def load(cls, name: str, validate: bool = True, client: PrefectClient | None = None) -> Self:
        """The saved block of that name; of `Block` and other bases it is ``"type-slug/name"``.

        Raises `ValueError` if there is none, `UnknownBlockType` if its class is not known here, and
        `RuntimeError` if it does not fit the class; with `validate=False` it warns instead, and what is
        missing is None. In async code it returns a coroutine.
        """
        return drive(_documents.load(given.blocking(client), cls, name, validate))

    @classmethod
    async def aload_from_ref(
        cls,
        ref: str | UUID | dict[str, Any],
        validate: bool = True,
        client: PrefectClient | None = None,
    ) -> Self:
        """As :meth:`load_from_ref`, awaited."""
        return await _documents.load_from_ref(given.awaiting(client), cls, ref, validate)

    @classmethod
    @async_dispatch(aload_from_ref)
    def load_from_ref(
        cls,
        ref: str | UUID | dict[str, Any],
        validate: bool = True,
        client: PrefectClient | None = None,
    ) -> Self:
        """The saved block that `ref` names.

        `ref` is the id of its document, ``{"block_document_id": id}`` or ``{"block_document_slug":
        "type-slug/name"}``. Raises what :meth:`load` raises. In async code it returns a coroutine.
        """
        return drive(_documents.load_from_ref(given.blocking(client), cls, ref, validate))

    @classmethod
    async def aregister_type_and_schema(cls, client: PrefectClient | None = None) -> None:
        """As :meth:`register_type_and_schema`, awaited."""
        await _documents.register(given.awaiting(client), cls)

    @classmethod
    @async_dispatch(aregister_type_and_schema)
    def register_type_and_schema(cls, client: PrefectClient | None = None) -> None:
        """Make the type known to the API, and the types of the blocks that it holds.

        Raises `InvalidBlockRegistration` for `Block` itself and for interfaces. In async code it returns a
        coroutine.
        """
        drive(_documents.register(given.blocking(client), cls))

    async def asave(
        self, name: str | None = None, overwrite: bool = False, client: PrefectClient | None = None
    ) -> UUID:
        """As :meth:`save`, awaited."""
        return await _documents.save(
            given.awaiting(client), self, name, is_anonymous=False, overwrite=overwrite
        )

    @async_dispatch(asave)
    def save(
        self, name: str | None = None, overwrite: bool = False, client: PrefectClient | None = None
    ) -> UUID:
        """Save the block and return the id of its document.

        A name has lowercase letters, digits and dashes; without one, the block is saved under the name that
        it has. Raises `ValueError` if another block of the type has the name and `overwrite` is not set, or
        if there is no name. In async code it returns a coroutine.
        """
        return drive(
            _documents.save(given.blocking(client), self, name, is_anonymous=False, overwrite=overwrite)
        )

    async def _asave(
        self,
        name: str | None = None,
        is_anonymous: bool = False,
        overwrite: bool = False,
        client: PrefectClient | None = None,
    ) -> UUID:
        return await _documents.save(
            given.awaiting(client), self, name, is_anonymous=is_anonymous, overwrite=overwrite
        )

    @async_dispatch(_asave)
    def _save(
        self,
        name: str | None = None,
        is_anonymous: bool = False,
        overwrite: bool = False,
        client: PrefectClient | None = None,
    ) -> UUID:
        return drive(
            _documents.save(
                given.blocking(client), self, name, is_anonymous=is_anonymous, overwrite=overwrite
            )
        )

    @classmethod
    async def adelete(cls, name: str, client: PrefectClient | None = None) -> None:
        """As :meth:`delete`, awaited."""
        await _documents.delete(given.awaiting(client), cls, name)

    @classmethod
    @async_dispatch(adelete)
    def delete(cls, name: str, client: PrefectClient | None = None) -> None:
        """Remove the saved block of that name; raises `ValueError` if there is none.

        In async code it returns a coroutine.
        """
        drive(_documents.delete(given.blocking(client), cls, name))

    def get_block_placeholder(self) -> str:
        """What stands for this block in templates: ``prefect.blocks.<type slug>.<name>``.

        Raises `BlockNotSavedError` if the block was not saved.
        """
        if not self._block_document_name:
            raise BlockNotSavedError("The block is not saved, so nothing can refer to it. Save it first.")
        return f"prefect.blocks.{self.get_block_type_slug()}.{self._block_document_name}"
