"""The bases of the parts of the clients."""

from __future__ import annotations

from prefect.client.orchestration._async.base import BaseAsyncClient
from prefect.client.orchestration._sync.base import BaseClient

__all__ = ["BaseAsyncClient", "BaseClient"]
