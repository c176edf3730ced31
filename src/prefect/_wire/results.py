"""The reference to a stored result that travels with a state; the result itself never does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from prefect._base.version import __version__
from prefect._wire.common import DateTime


def _pickle() -> dict[str, Any]:
    return {"type": "pickle"}


class ResultRecordMetadata(BaseModel):
    """Where a result is stored and how to read it.

    `storage_key` is a key inside the storage block `storage_block_id`, or an absolute path when there is no
    block; `serializer` the configuration of the serializer that wrote it (`type` and its options).
    """

    model_config = ConfigDict(defer_build=True, ser_json_timedelta="float", extra="ignore")

    storage_key: str | None = None
    expiration: DateTime | None = None
    serializer: Any = Field(default_factory=_pickle)
    prefect_version: str = __version__
    storage_block_id: UUID | None = None

    def dump_bytes(self) -> bytes:
        return self.model_dump_json(serialize_as_any=True).encode()

    @classmethod
    def load_bytes(cls, data: bytes) -> ResultRecordMetadata:
        return cls.model_validate_json(data)
