"""Automations: what is done when something happens, or does not."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from pydantic import Field

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect.events.actions import (
    CallWebhook,
    CancelFlowRun,
    ChangeFlowRunState,
    DeclareIncident,
    DeleteFlowRun,
    DoNothing,
    PauseAutomation,
    PauseDeployment,
    PauseWorkPool,
    PauseWorkQueue,
    ResumeAutomation,
    ResumeDeployment,
    ResumeFlowRun,
    ResumeWorkPool,
    ResumeWorkQueue,
    RunDeployment,
    SendNotification,
    SuspendFlowRun,
)
from prefect.events.schemas.automations import (
    AutomationCore,
    CompositeTrigger,
    CompoundTrigger,
    EventTrigger,
    MetricTrigger,
    MetricTriggerOperator,
    MetricTriggerQuery,
    Posture,
    PrefectMetric,
    ResourceTrigger,
    SequenceTrigger,
    Trigger,
)
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound

orchestration: Any = lazy.module("prefect.client.orchestration")

__all__ = [
    "Automation",
    "AutomationCore",
    "CallWebhook",
    "CancelFlowRun",
    "ChangeFlowRunState",
    "CompositeTrigger",
    "CompoundTrigger",
    "DeclareIncident",
    "DeleteFlowRun",
    "DoNothing",
    "EventTrigger",
    "MetricTrigger",
    "MetricTriggerOperator",
    "MetricTriggerQuery",
    "PauseAutomation",
    "PauseDeployment",
    "PauseWorkPool",
    "PauseWorkQueue",
    "Posture",
    "PrefectMetric",
    "ResourceSpecification",
    "ResourceTrigger",
    "ResumeAutomation",
    "ResumeDeployment",
    "ResumeFlowRun",
    "ResumeWorkPool",
    "ResumeWorkQueue",
    "RunDeployment",
    "SendNotification",
    "SequenceTrigger",
    "SuspendFlowRun",
    "Trigger",
]


class Automation(AutomationCore):
    """An automation: when `trigger` fires, `actions` are done.

    Example:
        ```python
        Automation(
            name="tell us",
            trigger=EventTrigger(expect={"prefect.flow-run.Failed"}),
            actions=[SendNotification(block_document_id=block_id, body="{{ flow.name }} has failed")],
        ).create()
        ```
    """

    id: UUID | None = Field(default=None, description="Its id, once it is created.")

    async def acreate(self) -> Self:
        """Create it; it watches from now on."""
        async with orchestration.get_client() as client:
            self.id = await client.create_automation(self._core())
        return self

    @async_dispatch(acreate)
    def create(self) -> Self:
        """Create it; it watches from now on."""
        with orchestration.get_client(sync_client=True) as client:
            self.id = client.create_automation(self._core())
        return self

    async def aupdate(self) -> None:
        """Store it as it is now; raises `ValueError` if it was not created."""
        async with orchestration.get_client() as client:
            await client.update_automation(self._needed_id(), self._core())

    @async_dispatch(aupdate)
    def update(self) -> None:
        """Store it as it is now; raises `ValueError` if it was not created."""
        with orchestration.get_client(sync_client=True) as client:
            client.update_automation(self._needed_id(), self._core())

    @classmethod
    async def aread(cls, id: UUID | None = None, name: str | None = None) -> Self:
        """The automation with this id, or with this name; raises `ValueError` if there is none."""
        _check_one(id, name)
        async with orchestration.get_client() as client:
            if id is not None:
                return cls._found(await client.read_automation(id), f"id {str(id)!r}")
            named = await client.read_automations_by_name(str(name))
            return cls._found(named[0] if named else None, f"name {name!r}")

    @classmethod
    @async_dispatch(aread)
    def read(cls, id: UUID | None = None, name: str | None = None) -> Self:
        """The automation with this id, or with this name; raises `ValueError` if there is none."""
        _check_one(id, name)
        with orchestration.get_client(sync_client=True) as client:
            if id is not None:
                return cls._found(client.read_automation(id), f"id {str(id)!r}")
            named = client.read_automations_by_name(str(name))
            return cls._found(named[0] if named else None, f"name {name!r}")

    async def adelete(self) -> bool:
        """Remove it; tells whether it was there."""
        async with orchestration.get_client() as client:
            id_ = self._needed_id()
            was_there = await client.read_automation(id_) is not None
            await client.delete_automation(id_)
            return was_there

    @async_dispatch(adelete)
    def delete(self) -> bool:
        """Remove it; tells whether it was there."""
        with orchestration.get_client(sync_client=True) as client:
            id_ = self._needed_id()
            was_there = client.read_automation(id_) is not None
            client.delete_automation(id_)
            return was_there

    async def adisable(self) -> bool:
        """Have it watch no more; tells whether it is there."""
        async with orchestration.get_client() as client:
            try:
                await client.pause_automation(self._needed_id())
            except ObjectNotFound:
                return False
            return True

    @async_dispatch(adisable)
    def disable(self) -> bool:
        """Have it watch no more; tells whether it is there."""
        with orchestration.get_client(sync_client=True) as client:
            try:
                client.pause_automation(self._needed_id())
            except ObjectNotFound:
                return False
            return True

    async def aenable(self) -> bool:
        """Have it watch again; tells whether it is there."""
        async with orchestration.get_client() as client:
            try:
                await client.resume_automation(self._needed_id())
            except ObjectNotFound:
                return False
            return True

    @async_dispatch(aenable)
    def enable(self) -> bool:
        """Have it watch again; tells whether it is there."""
        with orchestration.get_client(sync_client=True) as client:
            try:
                client.resume_automation(self._needed_id())
            except ObjectNotFound:
                return False
            return True

    def _core(self) -> AutomationCore:
        return AutomationCore(**{name: getattr(self, name) for name in AutomationCore.model_fields})

    def _needed_id(self) -> UUID:
        if self.id is None:
            raise ValueError("The automation has no id: create it first.")
        return self.id

    @classmethod
    def _found(cls, automation: Any, what: str) -> Self:
        if automation is None:
            raise ValueError(f"There is no automation with the {what}.")
        return cls(**{name: getattr(automation, name) for name in cls.model_fields})


def _check_one(id: UUID | None, name: str | None) -> None:
    if id is not None and name is not None:
        raise ValueError("Tell the id or the name of an automation, not both.")
    if id is None and not name:
        raise ValueError("Tell the id or the name of an automation.")
