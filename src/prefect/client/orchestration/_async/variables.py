"""Variables."""

from __future__ import annotations

from prefect._wire.variables import Variable, VariableCreate, VariableUpdate
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._async.base import BaseAsyncClient
from prefect.exceptions import ObjectNotFound


class VariableAsyncClient(BaseAsyncClient):
    """What can be done with variables."""

    async def create_variable(self, variable: VariableCreate) -> Variable:
        """Create a variable; raises `ObjectAlreadyExists` if there is one of that name."""
        return Variable.model_validate(await self._call("variables.create", body=bodies.given(variable)))

    async def read_variable_by_name(self, name: str) -> Variable | None:
        """The variable of this name, None if there is none."""
        try:
            return Variable.model_validate(await self._call("variables.read_by_name", name=name))
        except ObjectNotFound:
            return None

    async def read_variables(self, limit: int | None = None) -> list[Variable]:
        """The variables by name, at most `limit` of them."""
        found = await self._call("variables.filter", body=bodies.listing(limit=limit))
        return [Variable.model_validate(variable) for variable in found]

    async def update_variable(self, variable: VariableUpdate) -> None:
        """Change the variable that `variable` names; raises `ObjectNotFound`."""
        await self._call("variables.update_by_name", name=variable.name, body=bodies.given(variable))

    async def delete_variable_by_name(self, name: str) -> None:
        """Remove the variable of this name; raises `ObjectNotFound`."""
        await self._call("variables.delete_by_name", name=name)
