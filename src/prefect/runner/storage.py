"""Mirror: where the code of flows is taken from."""

from __future__ import annotations

from prefect._code.credentials import GitCredentials
from prefect._code.git import GitRepository
from prefect._code.storage import (
    BlockStorageAdapter,
    LocalStorage,
    RemoteStorage,
    RunnerStorage,
    create_storage_from_source,
)

__all__ = [
    "BlockStorageAdapter",
    "GitCredentials",
    "GitRepository",
    "LocalStorage",
    "RemoteStorage",
    "RunnerStorage",
    "create_storage_from_source",
]
