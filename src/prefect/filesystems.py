"""Blocks that stand for places to keep files: this machine, or whatever fsspec reaches."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from prefect._engine.persist.local_storage import NullFileSystem
from prefect.blocks._local_files import LocalFileSystem
from prefect.blocks._remote_files import RemoteFileSystem, validate_basepath
from prefect.blocks._smb import SMB
from prefect.blocks._storage import (
    ReadableDeploymentStorage,
    ReadableFileSystem,
    WritableDeploymentStorage,
    WritableFileSystem,
)
from prefect.exceptions import PrefectImportError

__all__ = [
    "LocalFileSystem",
    "NullFileSystem",
    "ReadableDeploymentStorage",
    "ReadableFileSystem",
    "RemoteFileSystem",
    "SMB",
    "WritableDeploymentStorage",
    "WritableFileSystem",
    "stringify_path",
    "validate_basepath",
]

for _name in __all__[:-2]:
    globals()[_name].__module__ = __name__

# what earlier versions had here, and what does the same now
_MOVED = {
    "S3": "prefect_aws.S3Bucket",
    "GCS": "prefect_gcp.GcsBucket",
    "Azure": "prefect_azure.AzureBlobStorageContainer",
    "GitHub": "prefect_github.GitHubRepository",
}


def stringify_path(value: str | os.PathLike[str]) -> str:
    """A path as text, with forward slashes."""
    return Path(value).as_posix() if isinstance(value, os.PathLike) else value


def __getattr__(name: str) -> Any:
    if name in _MOVED:
        raise PrefectImportError(f"`prefect.filesystems.{name}` is gone. Use `{_MOVED[name]}` instead.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
