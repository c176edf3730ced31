"""A context that gives slots back when it ends, for code that takes leases by hand."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._engine import slots
from prefect._engine.context_model import ContextModel

__all__ = ["ConcurrencyContext"]


class ConcurrencyContext(ContextModel):
    """Ends the leases in `cleanup_lease_ids` when it is left, however that happens."""

    __var__: ClassVar[ContextVar[Any]] = ContextVar("prefect_concurrency")

    cleanup_lease_ids: list[UUID] = Field(default_factory=list[UUID])

    def __exit__(self, *exc_info: Any) -> None:
        try:
            while self.cleanup_lease_ids:
                drive(slots.give_back(str(self.cleanup_lease_ids.pop()), BLOCKING))
        finally:
            super().__exit__(*exc_info)
