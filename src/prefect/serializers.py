"""Serializers: how a result becomes bytes and is made from them again.

A stored result is read with the serializer that its metadata names. Reading a pickle runs code, so whoever
can write to a result storage is trusted by everyone who reads from it.
"""

from __future__ import annotations

import binascii
import importlib
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    SerializeAsAny,
    field_validator,
    model_validator,
)
from typing_extensions import TypeVar

from prefect._engine.persist import json_values, pickles
from prefect.exceptions import SerializationError
from prefect.utilities.importtools import from_qualified_name

D = TypeVar("D", default=Any)

prefect_json_object_encoder = json_values.encode_object
prefect_json_object_decoder = json_values.decode_object


class Serializer(BaseModel, Generic[D]):
    """Base of all serializers. ``Serializer(type="json")`` makes the serializer of that type.

    A subclass gives `type` a default, by which it is found again, and defines `dumps` and `loads`.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    type: str

    _registry: ClassVar[dict[str, type[Serializer[Any]]]] = {}

    def __new__(cls, **data: Any) -> Self:
        found: Any = Serializer._registry.get(data.get("type", "")) if _is_base(cls) else None
        return super().__new__(found or cls)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        key = cls.__dispatch_key__()
        if key is not None and not _is_base(cls):
            Serializer._registry[key] = cls

    @classmethod
    def __dispatch_key__(cls) -> str | None:
        """The type under which this class is found; None for a class that has no type of its own."""
        key = cls.model_fields["type"].default
        return key if isinstance(key, str) else None

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_type(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Make the class that `type` names where the base class is asked for."""
        if not _is_base(cls) or not isinstance(value, Mapping):
            return handler(value)
        data = dict(cast("Mapping[str, Any]", value))
        if "type" not in data:
            return handler(data)
        found = Serializer._registry.get(data["type"])
        if found is None:
            known = ", ".join(sorted(Serializer._registry))
            raise ValueError(f"There is no serializer of type {data['type']!r}; known are {known}.")
        return cast("Self", found.model_validate(data))

    def dumps(self, obj: D) -> bytes:
        """The bytes of `obj`, as UTF-8 text."""
        raise NotImplementedError(f"{type(self).__name__} must define `dumps`.")

    def dump_to(self, obj: D, put: Callable[[bytes], object]) -> None:
        """Give what :meth:`dumps` makes of `obj` to `put`, in as many pieces as suits."""
        put(self.dumps(obj))

    def loads(self, blob: bytes) -> D:
        """The object that :meth:`dumps` made `blob` from."""
        raise NotImplementedError(f"{type(self).__name__} must define `loads`.")

    def load_from(self, blob: memoryview) -> D:
        """:meth:`loads` of what lies in a buffer, which is not to be kept."""
        return self.loads(bytes(blob))


def _is_base(cls: type[Any]) -> bool:
    """Whether `cls` is the base class itself, with or without a type argument."""
    metadata: dict[str, Any] = getattr(cls, "__pydantic_generic_metadata__", None) or {}
    return cls is Serializer or metadata.get("origin") is Serializer


def cast_type_names_to_serializers(value: str | Serializer[Any]) -> Serializer[Any]:
    """The serializer of a type's name; a serializer is returned as it is."""
    return Serializer(type=value) if isinstance(value, str) else value


def _module(name: str, *needed: str) -> Any:
    """An importable module that has the functions `needed`; raises `ValueError` if there is none."""
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise ValueError(
            f"The library {name!r} cannot be imported here: {error}. Install it, or choose another."
        ) from error
    missing = [function for function in needed if not callable(getattr(module, function, None))]
    if missing:
        raise ValueError(
            f"The library {name!r} has no {' and no '.join(f'`{function}`' for function in missing)}."
        )
    return module


def validate_picklelib(value: str) -> str:
    """`value` if it names a library with `dumps` and `loads`."""
    _module(value, "dumps", "loads")
    return value


def validate_compressionlib(value: str) -> str:
    """`value` if it names a library with `compress` and `decompress`."""
    _module(value, "compress", "decompress")
    return value


class PickleSerializer(Serializer[D]):
    """Any Python object, by pickle; the bytes are base64 text."""

    type: str = "pickle"

    picklelib: str = "cloudpickle"
    picklelib_version: str | None = None

    @field_validator("picklelib")
    @classmethod
    def check_picklelib(cls, value: str) -> str:
        return validate_picklelib(value)

    def dumps(self, obj: D) -> bytes:
        blob = pickles.dumps(obj, importlib.import_module(self.picklelib).dumps)
        return binascii.b2a_base64(blob)

    def dump_to(self, obj: D, put: Callable[[bytes], object]) -> None:
        if type(self).dumps is not PickleSerializer.dumps:
            put(self.dumps(obj))
            return
        pickles.write(obj, importlib.import_module(self.picklelib), put)

    def loads(self, blob: bytes) -> D:
        return importlib.import_module(self.picklelib).loads(binascii.a2b_base64(blob))

    def load_from(self, blob: memoryview) -> D:
        if type(self).loads is not PickleSerializer.loads:
            return super().load_from(blob)
        return importlib.import_module(self.picklelib).loads(binascii.a2b_base64(blob))


class JSONSerializer(Serializer[D]):
    """Data as JSON text. Values that JSON does not know are written by `object_encoder` and read by
    `object_decoder`.

    Both are qualified names of functions; None leaves such values to the library. `dumps_kwargs` and
    `loads_kwargs` are handed to `jsonlib`.
    """

    type: str = "json"

    jsonlib: str = "json"
    object_encoder: str | None = "prefect.serializers.prefect_json_object_encoder"
    object_decoder: str | None = "prefect.serializers.prefect_json_object_decoder"
    dumps_kwargs: dict[str, Any] = Field(default_factory=dict)
    loads_kwargs: dict[str, Any] = Field(default_factory=dict)

    @field_validator("dumps_kwargs")
    @classmethod
    def dumps_kwargs_cannot_contain_default(cls, value: dict[str, Any]) -> dict[str, Any]:
        return validate_dump_kwargs(value)

    @field_validator("loads_kwargs")
    @classmethod
    def loads_kwargs_cannot_contain_object_hook(cls, value: dict[str, Any]) -> dict[str, Any]:
        return validate_load_kwargs(value)

    def dumps(self, obj: D) -> bytes:
        options = dict(self.dumps_kwargs)
        if self.object_encoder:
            options["default"] = from_qualified_name(self.object_encoder)
        try:
            text = importlib.import_module(self.jsonlib).dumps(obj, **options)
        except (TypeError, ValueError) as error:
            kind = f"{type(obj).__module__}.{type(obj).__qualname__}"
            raise SerializationError(
                f"The result of type {kind} has no JSON form: {error}. Return plain data with text as "
                "keys, or "
                'choose `result_serializer="pickle"`.'
            ) from error
        return text.encode() if isinstance(text, str) else text

    def loads(self, blob: bytes) -> D:
        library = importlib.import_module(self.jsonlib)
        decoder = from_qualified_name(self.object_decoder) if self.object_decoder else None
        if decoder is None:
            return library.loads(blob.decode(), **self.loads_kwargs)
        if self.jsonlib == "orjson":  # has no hook for objects
            return _decode_tree(library.loads(blob), decoder)
        return library.loads(blob.decode(), object_hook=decoder, **self.loads_kwargs)


def _decode_tree(value: Any, decoder: Any) -> Any:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value).items()
        return decoder({key: _decode_tree(member, decoder) for key, member in members})
    if isinstance(value, list):
        return [_decode_tree(member, decoder) for member in cast("list[Any]", value)]
    return value


def validate_dump_kwargs(value: dict[str, Any]) -> dict[str, Any]:
    if "default" in value:
        raise ValueError("`default` cannot be given here; name the function as `object_encoder`.")
    return value


def validate_load_kwargs(value: dict[str, Any]) -> dict[str, Any]:
    if "object_hook" in value:
        raise ValueError("`object_hook` cannot be given here; name the function as `object_decoder`.")
    return value


class CompressedSerializer(Serializer[D]):
    """What another serializer makes, compressed by `compressionlib` (lzma, zlib, bz2, ...), as base64
    text.
    """

    type: str = "compressed"

    serializer: SerializeAsAny[Serializer]
    compressionlib: str = "lzma"

    @field_validator("serializer", mode="before")
    @classmethod
    def validate_serializer(cls, value: str | Serializer[Any]) -> Any:
        return cast_type_names_to_serializers(value)

    @field_validator("compressionlib")
    @classmethod
    def check_compressionlib(cls, value: str) -> str:
        return validate_compressionlib(value)

    def dumps(self, obj: D) -> bytes:
        blob = self.serializer.dumps(obj)
        return binascii.b2a_base64(importlib.import_module(self.compressionlib).compress(blob))

    def loads(self, blob: bytes) -> D:
        compressed = binascii.a2b_base64(blob)
        return self.serializer.loads(importlib.import_module(self.compressionlib).decompress(compressed))


class CompressedPickleSerializer(CompressedSerializer[D]):
    """A compressed pickle."""

    type: str = "compressed/pickle"

    serializer: SerializeAsAny[Serializer] = Field(default_factory=PickleSerializer)


class CompressedJSONSerializer(CompressedSerializer[D]):
    """Compressed JSON."""

    type: str = "compressed/json"

    serializer: SerializeAsAny[Serializer] = Field(default_factory=JSONSerializer)


class UnknownSerializer(Serializer[Any]):
    """Stands for a serializer whose class is not imported here; only using it is an error."""

    model_config = ConfigDict(extra="allow")

    def dumps(self, obj: Any) -> bytes:
        raise self._missing()

    def loads(self, blob: bytes) -> Any:
        raise self._missing()

    def _missing(self) -> SerializationError:
        return SerializationError(
            f"There is no serializer of type {self.type!r} here. Import the module that defines it first."
        )
