"""A result together with what is needed to read it again, and its form as a file."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, Self, cast

import orjson
from pydantic import BaseModel, ConfigDict, PrivateAttr, field_validator, model_validator
from typing_extensions import TypeVar

from prefect._engine.persist import form
from prefect._wire.results import ResultRecordMetadata
from prefect.exceptions import SerializationError
from prefect.serializers import Serializer, UnknownSerializer

R = TypeVar("R", default=Any)
_PIECE = 1 << 20  # bytes of text that are written at a time


def serializer_of(config: Any) -> Serializer:
    """The serializer that a configuration (or a type's name) describes.

    A type that is not known here gives a placeholder that raises when it is used.
    """
    if isinstance(config, Serializer):
        return cast(Serializer, config)
    if isinstance(config, str):
        return Serializer(type=config)
    if not isinstance(config, Mapping):
        raise TypeError(f"A serializer is a Serializer or the name of its type; got {config!r}.")
    data = dict(cast("Mapping[str, Any]", config))
    known = data.get("type") in Serializer._registry  # pyright: ignore[reportPrivateUsage]
    return Serializer.model_validate(data) if known else UnknownSerializer.model_validate(data)


class ResultRecord(BaseModel, Generic[R]):
    """A result and its metadata.

    As a file it is the JSON object ``{"metadata": ..., "result": "<text made by the serializer>"}``, or,
    where the metadata is kept apart, the bytes of the serializer alone.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, defer_build=True)

    metadata: ResultRecordMetadata
    result: R

    _persisted: bool = PrivateAttr(default=False)
    _key: str | None = PrivateAttr(default=None)
    _named: bool = PrivateAttr(default=True)

    @property
    def is_persisted(self) -> bool:
        """Whether the record was written to its storage by this process."""
        return self._persisted

    def mark_persisted(self) -> None:
        self._persisted = True

    @property
    def key(self) -> str | None:
        """The key in the store that made this record; None for a record that was read."""
        return self._key

    @property
    def is_named(self) -> bool:
        """Whether somebody chose the key, so that somebody may ask for it again."""
        return self._named

    def belongs_to(self, key: str, named: bool) -> None:
        self._key, self._named = key, named

    @property
    def expiration(self) -> datetime | None:
        return self.metadata.expiration

    @property
    def serializer(self) -> Serializer:
        return serializer_of(self.metadata.serializer)

    def serialize_result(self) -> bytes:
        """The result as the bytes of its serializer; raises what the serializer raises."""
        return self.serializer.dumps(self.result)

    def serialize_metadata(self) -> bytes:
        return self.metadata.dump_bytes()

    def serialize(self) -> bytes:
        """The whole record as one JSON text."""
        pieces: list[bytes] = []
        self.write_to(pieces.append)
        return b"".join(pieces)

    def write_result_to(self, put: Callable[[bytes], object]) -> None:
        """Give what :meth:`serialize_result` makes to `put`, piece by piece."""
        self.serializer.dump_to(self.result, put)

    def write_to(self, put: Callable[[bytes], object]) -> None:
        """Give what :meth:`serialize` makes to `put`, piece by piece."""
        put(b'{"metadata":%b,"result":"' % self.serialize_metadata())
        decoder = codecs.getincrementaldecoder("utf-8")()

        def put_text(data: bytes, final: bool = False) -> None:
            for at in range(0, len(data), _PIECE):
                put(orjson.dumps(decoder.decode(data[at : at + _PIECE]))[1:-1])
            if final:
                decoder.decode(b"", True)

        try:
            self.serializer.dump_to(self.result, put_text)
            put_text(b"", final=True)
        except UnicodeDecodeError as error:
            raise SerializationError(
                f"The serializer {self.serializer.type!r} makes bytes that are not UTF-8 text, which "
                "cannot be kept in one file with the metadata. Encode them (for instance as base64) in its "
                "`dumps`."
            ) from error
        put(b'"}')

    @classmethod
    def deserialize(cls, data: bytes, backup_serializer: Serializer | None = None) -> Self:
        """The record of a file. A file that is no record is read with `backup_serializer`, if one is given.

        Raises `ValueError` if it is neither.
        """
        pickled = form.pickled(data)
        if pickled is not None:
            known = ResultRecordMetadata.model_validate(pickled.metadata)
            known.serializer = serializer_of(known.serializer)
            return cls._stored(known, known.serializer.load_from(pickled.text))
        parsed = form.parse(data)
        if parsed is None:
            if backup_serializer is None:
                raise ValueError(
                    "This is not a stored result: it lacks the metadata that says how to read it."
                )
            metadata = ResultRecordMetadata(serializer=backup_serializer)
            return cls(metadata=metadata, result=backup_serializer.loads(data))
        metadata = ResultRecordMetadata.model_validate(parsed["metadata"])
        metadata.serializer = serializer_of(metadata.serializer)
        return cls._stored(metadata, metadata.serializer.loads(parsed["result"].encode()))

    @classmethod
    def deserialize_from_result_and_metadata(cls, result: bytes, metadata: bytes) -> Self:
        """The record whose two parts are stored apart."""
        loaded = ResultRecordMetadata.load_bytes(metadata)
        loaded.serializer = serializer_of(loaded.serializer)
        return cls._stored(loaded, loaded.serializer.loads(result))

    @classmethod
    def _stored(cls, metadata: ResultRecordMetadata, result: Any) -> Self:
        record = cls(metadata=metadata, result=result)
        record.mark_persisted()
        return record

    @model_validator(mode="before")
    @classmethod
    def coerce_old_format(cls, value: Any) -> Any:
        """Accept the older form, with the fields of the metadata beside ``data``."""
        return form.from_old_form(cast("dict[str, Any]", value)) if isinstance(value, dict) else value

    @field_validator("metadata")
    @classmethod
    def _with_serializer(cls, metadata: ResultRecordMetadata) -> ResultRecordMetadata:
        metadata.serializer = serializer_of(metadata.serializer)
        return metadata

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResultRecord):
            return NotImplemented
        theirs = cast("ResultRecord[Any]", other)
        return self.metadata == theirs.metadata and self.result == theirs.result


ResultRecord.__module__ = "prefect.results"
