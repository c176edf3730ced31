"""Variables: named JSON values, kept where your flows can read and change them.

::

    from prefect.variables import Variable

    Variable.set("answer", 42)
    Variable.get("answer")        # 42
    await Variable.aget("answer")  # in async code; `await Variable.get(...)` does the same there
"""

from __future__ import annotations

import warnings
from typing import Any

from pydantic import BaseModel, Field

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._link.link import Link
from prefect._wire.operation import named
from prefect._wire.variables import (
    MAX_VARIABLE_NAME_LENGTH,
    StrictVariableValue,
    VariableCreate,
    VariableUpdate,
)

choose: Any = lazy.module("prefect._link.choose")

__all__ = ["Variable"]

_CONFLICT = 409
_NOT_FOUND = 404


class Variable(BaseModel):
    """A named JSON value.

    `name` has lowercase letters, digits, dashes and underscores, at most 255 of them. `value` is text, a
    number, a boolean, None, or a list or dictionary of those, at most 5000 characters as JSON.
    """

    name: str = Field(description="The name of the variable.", max_length=MAX_VARIABLE_NAME_LENGTH)
    value: StrictVariableValue = Field(description="The value of the variable.", examples=["my-value"])
    tags: list[str] | None = Field(default=None, description="Labels to find the variable by.")

    @classmethod
    async def aset(
        cls, name: str, value: StrictVariableValue, tags: list[str] | None = None, overwrite: bool = False
    ) -> Variable:
        """Create the variable, or with `overwrite` replace the value and the tags of the one that is there.

        Raises `ValueError` if it is there and `overwrite` is not set, and `pydantic.ValidationError` (a
        `ValueError` too) for a name or a value that a variable cannot have.
        """
        return await _set(choose.awaiting(), name, value, tags, overwrite)

    @classmethod
    @async_dispatch(aset)
    def set(
        cls, name: str, value: StrictVariableValue, tags: list[str] | None = None, overwrite: bool = False
    ) -> Variable:
        """Create the variable, or with `overwrite` replace the value and the tags of the one that is there.

        Raises `ValueError` if it is there and `overwrite` is not set, and `pydantic.ValidationError` (a
        `ValueError` too) for a name or a value that a variable cannot have. In async code it returns a
        coroutine.
        """
        return drive(_set(choose.blocking(), name, value, tags, overwrite))

    @classmethod
    async def aget(cls, name: str, default: StrictVariableValue = None) -> StrictVariableValue:
        """The value of the variable, or `default` if there is no variable of that name."""
        return await _get(choose.awaiting(), name, default)

    @classmethod
    @async_dispatch(aget)
    def get(cls, name: str, default: StrictVariableValue = None) -> StrictVariableValue:
        """The value of the variable, or `default` if there is none. In async code it returns a coroutine."""
        return drive(_get(choose.blocking(), name, default))

    @classmethod
    async def aunset(cls, name: str) -> bool:
        """Remove the variable; tells whether there was one."""
        return await _unset(choose.awaiting(), name)

    @classmethod
    @async_dispatch(aunset)
    def unset(cls, name: str) -> bool:
        """Remove the variable; tells whether there was one. In async code it returns a coroutine."""
        return drive(_unset(choose.blocking(), name))


async def _set(
    link: Link, name: str, value: StrictVariableValue, tags: list[str] | None, overwrite: bool
) -> Variable:
    body = VariableCreate(name=name, value=value, tags=tags or []).model_dump(mode="json")
    try:
        await link.call(named("variables.create"), body=body)
    except OperationError as refused:
        if refused.status != _CONFLICT:
            raise
        if not overwrite:
            raise ValueError(f"There is a variable {name!r} already; overwrite=True replaces it.") from None
        changes = VariableUpdate(value=body["value"], tags=body["tags"]).model_dump(
            mode="json", exclude_unset=True
        )
        await link.call(named("variables.update_by_name"), name=name, body=changes)
    return Variable(name=name, value=body["value"], tags=body["tags"])


def __getattr__(name: str) -> Any:
    if name != "get":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(
        f"{__name__}.get is {__name__}.Variable.get now; use that.", DeprecationWarning, stacklevel=2
    )
    return Variable.get


async def _get(link: Link, name: str, default: StrictVariableValue) -> StrictVariableValue:
    try:
        return (await link.call(named("variables.read_by_name"), name=name))["value"]
    except OperationError as refused:
        if refused.status != _NOT_FOUND:
            raise
        return default


async def _unset(link: Link, name: str) -> bool:
    try:
        await link.call(named("variables.delete_by_name"), name=name)
    except OperationError as refused:
        if refused.status != _NOT_FOUND:
            raise
        return False
    return True
