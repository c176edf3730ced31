"""A context that gives slots of tags back when it ends, for code that takes them by hand."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._engine.context_model import ContextModel
from prefect.concurrency.v1 import _slots

__all__ = ["ConcurrencyContext"]


class ConcurrencyContext(ContextModel):
    """Gives back `cleanup_slots` (tags, seconds held, task run) when it is left, however that happens."""

    __var__: ClassVar[ContextVar[Any]] = ContextVar("prefect_concurrency_v1")

    cleanup_slots: list[tuple[list[str], float, UUID]] = Field(
        default_factory=list[tuple[list[str], float, UUID]]
    )

    def __exit__(self, *exc_info: Any) -> None:
        try:
            while self.cleanup_slots:
                names, held_s, task_run_id = self.cleanup_slots.pop()
                drive(_slots.give_back(names, task_run_id, held_s, BLOCKING))
        finally:
            super().__exit__(*exc_info)
