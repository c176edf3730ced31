# Made by tools/make_sync_client.py from _async/base.py: change that and run it again.
"""What the parts of the client share: the way out, and the mapping of refusals to public exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._wire.operation import named
from prefect.client.orchestration._errors import public

if TYPE_CHECKING:
    from prefect._link.link import Link


class BaseClient:
    """Base of the parts of the client."""

    @property
    def _link(self) -> Link:
        raise NotImplementedError("The client as a whole knows its link.")

    def _call(self, operation: str, /, **arguments: Any) -> Any:
        """Call an operation by its name; answers JSON values. Raises the public exception for a refusal."""
        try:
            return drive(self._link.call(named(operation), **arguments))
        except OperationError as refusal:
            raise public(refusal, operation) from refusal
