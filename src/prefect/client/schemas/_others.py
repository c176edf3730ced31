"""Small objects of the API that clients know: of workspaces, of tokens, of saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import Field, IPvAnyNetwork

from prefect._base import lazy
from prefect._wire.common import ActionBaseModel, DateTime, ObjectBaseModel, PrefectBaseModel

settings: Any = lazy.module("prefect.settings")

M = TypeVar("M", bound="Mapping[str, Any]")
MAX_METADATA_LENGTH = 500


def validate_max_metadata_length(v: dict[str, Any] | None) -> dict[str, Any] | None:
    """The metadata of an artifact, its texts cut to what is kept of them."""
    if v is None:
        return None
    return {str(key): str(text)[:MAX_METADATA_LENGTH] for key, text in v.items()}


def validate_parent_and_ref_diff(values: M) -> M:
    """`values`; raises `ValueError` where a block refers to itself."""
    parent, reference = values.get("parent_block_document_id"), values.get("reference_block_document_id")
    if parent and reference and parent == reference:
        raise ValueError("A block document cannot refer to itself.")
    return values


def validate_name_present_on_nonanonymous_blocks(values: M) -> M:
    """`values`; raises `ValueError` for a block that has no name and is not anonymous."""
    if not values.get("is_anonymous") and not values.get("name"):
        raise ValueError("A block document that is not anonymous needs a name.")
    return values


class Workspace(PrefectBaseModel):
    """A workspace of the hosted service."""

    account_id: UUID
    account_name: str
    account_handle: str
    workspace_id: UUID
    workspace_name: str
    workspace_description: str
    workspace_handle: str

    @property
    def handle(self) -> str:
        """``account/workspace``."""
        return f"{self.account_handle}/{self.workspace_handle}"

    def api_url(self) -> str:
        """The address of its API."""
        host = settings.active()["cloud.api_url"]
        return f"{host}/accounts/{self.account_id}/workspaces/{self.workspace_id}"

    def ui_url(self) -> str:
        """The address of its pages."""
        host = settings.active()["cloud.ui_url"]
        return f"{host}/account/{self.account_id}/workspace/{self.workspace_id}"

    def __hash__(self) -> int:
        return hash(self.handle)


class IPAllowlistEntry(PrefectBaseModel):
    """A network that may reach an account."""

    ip_network: IPvAnyNetwork
    enabled: bool
    description: str | None = None
    last_seen: str | None = None


class IPAllowlist(PrefectBaseModel):
    """The networks that may reach an account."""

    entries: list[IPAllowlistEntry]


class IPAllowlistMyAccessResponse(PrefectBaseModel):
    """Whether this machine may reach an account."""

    allowed: bool
    detail: str


class CsrfToken(ObjectBaseModel):
    """A token that a server wants to see with each change."""

    token: str
    client: str
    expiration: datetime


class SavedSearchFilter(PrefectBaseModel):
    """One condition of a saved search."""

    object: str
    property: str
    type: str
    operation: str
    value: Any


class SavedSearch(ObjectBaseModel):
    """A search that was given a name."""

    name: str
    filters: list[SavedSearchFilter] = Field(default_factory=list[SavedSearchFilter])


class SavedSearchCreate(ActionBaseModel):
    """Give a search a name."""

    name: str
    filters: list[SavedSearchFilter] = Field(default_factory=list[SavedSearchFilter])


class Configuration(ObjectBaseModel):
    """A value that a server keeps for itself."""

    key: str
    value: dict[str, Any]


class Agent(ObjectBaseModel):
    """What asked queues for runs before there were workers."""

    name: str = ""
    work_queue_id: UUID
    last_activity_time: DateTime | None = None


class ServerDefaultResultStorage(PrefectBaseModel):
    """The block by which results are kept where nothing else is said."""

    default_result_storage_block_id: UUID | None = None


class ServerDefaultResultStorageUpdate(PrefectBaseModel):
    """Set the block by which results are kept where nothing else is said."""

    default_result_storage_block_id: UUID
