"""Inputs of flow runs as the API speaks of them: JSON values under keys, which a run waits for or is sent."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from prefect._wire.common import ObjectBaseModel, PrefectBaseModel, RequestBody

_KEY = re.compile(r"[A-Za-z0-9_-]+")


def check_key(key: str) -> str:
    """The key itself; raises `ValueError` for one that an input cannot have."""
    if not _KEY.fullmatch(key):
        raise ValueError("The key of an input consists of letters, digits, dashes and underscores.")
    return key


Key = Annotated[str, AfterValidator(check_key)]


class FlowRunInput(ObjectBaseModel):
    """A stored input of a flow run.

    `value` is JSON text (the API takes any text, our own functions send nothing else); `sender` says who sent
    it, if anybody.
    """

    flow_run_id: UUID
    key: Key
    value: str
    sender: str | None = None

    @property
    def decoded_value(self) -> Any:
        """The value that the text stands for."""
        return json.loads(self.value)


class FlowRunInputCreate(PrefectBaseModel):
    """An input for a flow run."""

    key: Key
    value: str
    sender: str | None = None


class FlowRunInputsFilter(RequestBody):
    """The oldest inputs whose keys begin with `prefix`, without those that the caller knows already."""

    prefix: str
    limit: int = Field(default=1, ge=0)
    exclude_keys: list[str] = Field(default_factory=list[str])


class Resume(PrefectBaseModel):
    """What to go on with: the answer to what a paused run asks for."""

    run_input: dict[str, Any] | None = None
