"""The base for contexts that integrations define: a pydantic model that is entered with ``with``."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr


class ContextModel(BaseModel):
    """A context with validated fields. A subclass sets ``__var__`` to a `ContextVar` of its own."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    __var__: ClassVar[ContextVar[Any]]
    _token: Token[Any] | None = PrivateAttr(None)

    def __enter__(self) -> Self:
        if self._token is not None:
            raise RuntimeError("This context is already entered; enter a copy of it (`model_copy`) instead.")
        self._token = self.__var__.set(self)
        return self

    def __exit__(self, *_: Any) -> None:
        token, self._token = self._token, None
        if token is None:
            raise RuntimeError("This context was left without having been entered.")
        self.__var__.reset(token)

    @classmethod
    def get(cls) -> Self | None:
        """The innermost context of this kind, or None."""
        return cls.__var__.get(None)

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Self:
        """A copy that can be entered by itself."""
        copy = super().model_copy(update=update, deep=deep)
        copy._token = None
        return copy

    def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
        """The fields that were set, as a dictionary."""
        return self.model_dump(exclude_unset=True)


ContextModel.__module__ = "prefect.context"
