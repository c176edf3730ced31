"""A flow run that exists already is executed here: it was created elsewhere, or it ended and is run again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from prefect._base.ports import Ports
from prefect._base.state import StateType, StateValue
from prefect._engine import proposals, result, scope
from prefect._engine.flow import FlowRunEngine
from prefect._engine.run import LiveFlowRun, new_state
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import flow_run_logger

if TYPE_CHECKING:
    from prefect.flows import Flow

_NOT_RECORDED = re.compile(r"<[A-Za-z_]\w*>")  # what a record tells of a value that JSON cannot hold


class ExistingFlowRunEngine(FlowRunEngine):
    """Brings a flow run that the service knows to its end, as one more attempt of it.

    What its tasks kept under this run's id is found again, so that finished tasks are not run a second time.
    """

    __slots__ = ("data",)

    def __init__(
        self,
        flow: Flow[..., Any],
        data: Mapping[str, Any],
        parameters: Mapping[str, Any],
        ports: Ports,
        wait_for: Iterable[Any] | None = None,
    ) -> None:
        super().__init__(flow, parameters, ports, wait_for)
        self.data = dict(data)

    async def execute(self) -> StateValue:
        """As for a new run; the tags of the run are those of its tasks, as they were when it was created."""
        token = scope.tag_scope.set(scope.tag_scope.get() | frozenset(self.data.get("tags") or ()))
        try:
            return await super().execute()
        finally:
            scope.tag_scope.reset(token)

    async def _create(self) -> None:
        ensure_logging_setup()
        data = self.data
        self.id = data["id"]
        state = data.get("state")
        self.run = LiveFlowRun(
            data,
            self.flow.name,
            proposals.from_wire(state) if state else new_state(StateType.PENDING),
        )
        self.run.parameters = self.parameters
        self.logger = flow_run_logger(self.run, self.flow)
        if self.run.run_count:
            self.logger.info(
                "Running flow run %r of flow %r again, from state %s",
                self.run.name,
                self.flow.name,
                self.run.state.name,
            )
        else:
            self.logger.info("Beginning flow run %r for flow %r", self.run.name, self.flow.name)

    async def _name(self, parameters: dict[str, Any]) -> None:
        if not self.run.run_count:  # an attempt after the first keeps the name
            await super()._name(parameters)

    async def concluded(self, state: StateValue, return_state: bool) -> Any:
        """As for a new run; of a run that was told to stay as it was, the result that it kept."""
        if not return_state and isinstance(state.data, dict):
            return await result.result_of(self.run.public_state(), self.ports)
        return await super().concluded(state, return_state)


def parameters_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a run was recorded with.

    Raises `ValueError` if one of them is something that a record cannot hold.
    """
    parameters = dict(data.get("parameters") or {})
    for name, value in parameters.items():
        if isinstance(value, str) and _NOT_RECORDED.fullmatch(value):
            raise ValueError(
                f"The parameter {name!r} of this run was {value}, which its record does not hold, so the run"
                " cannot be run again as it was. Call the flow anew, or pass parameters that JSON can hold."
            )
    return parameters
