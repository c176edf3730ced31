"""Small results as the API takes and gives them: text that only clients can read."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field, field_validator

from prefect._wire.common import DateTime, PrefectBaseModel, RequestBody
from prefect._wire.kept import MAX_KEPT_BYTES


class ResultKeep(RequestBody):
    """Keep a result.

    `key` is its place below a storage, `path` the whole path of its file on the machine that wrote it, if
    there is one. It goes with its runs, or at `expiration`.
    """

    key: str = Field(min_length=1, max_length=2_000)
    path: str | None = None
    content: str
    expiration: DateTime | None = None
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None

    @field_validator("content")
    @classmethod
    def _is_small(cls, content: str) -> str:
        if len(content.encode()) > MAX_KEPT_BYTES:
            raise ValueError(f"a result of at most {MAX_KEPT_BYTES} bytes can be kept")
        return content


class ResultRead(RequestBody):
    """Read a result by its key, or else by the path of its file."""

    key: str | None = None
    path: str | None = None


class KeptResult(PrefectBaseModel):
    """A kept result."""

    content: str
