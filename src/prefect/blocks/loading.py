"""Saved blocks for the floors below: what :mod:`prefect._base.late` calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._link import given
from prefect.blocks import _documents
from prefect.blocks.core import Block

if TYPE_CHECKING:
    from prefect._base.ports import Ports
    from prefect._link.link import Link


async def by_name(reference: str, ports: Ports) -> Any:
    """The saved block that ``type-slug/name`` stands for."""
    return await _documents.load(_link(ports), Block, reference, validate=True)


async def by_id(reference: str | UUID, ports: Ports) -> Any:
    """The saved block of that document's id."""
    return await _documents.load_by_id(_link(ports), Block, reference, validate=True)


def _link(ports: Ports) -> Link:
    return given.awaiting() if ports.is_async else given.blocking()
