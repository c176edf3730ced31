"""What automations do when they fire."""

# each kind narrows `type`, which models allow
# pyright: reportIncompatibleVariableOverride=false
from __future__ import annotations

from abc import ABC
from datetime import timedelta
from typing import Any, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import Field, model_validator

from prefect._base.state import StateType
from prefect._wire.common import PrefectBaseModel


class Action(PrefectBaseModel, ABC):
    """Something to do."""

    type: str

    def describe_for_cli(self) -> str:
        """What it is, in a few words."""
        return self.type.replace("-", " ").capitalize()


def _check_selection(action: Any, key: str) -> None:
    chosen = getattr(action, key)
    if action.source == "selected" and not chosen:
        raise ValueError(f"{key} is required where the source is 'selected'")
    if action.source == "inferred" and chosen:
        raise ValueError(f"{key} is not allowed where the source is 'inferred'")


class DoNothing(Action):
    """Do nothing; the automation still tells that it fired."""

    type: Literal["do-nothing"] = "do-nothing"


class DeploymentAction(Action):
    """An action on a deployment: a `selected` one, or the one that can be `inferred` from the event."""

    source: Literal["selected", "inferred"] = "selected"
    deployment_id: UUID | None = None

    @model_validator(mode="after")
    def selected_deployment_requires_id(self) -> Self:
        _check_selection(self, "deployment_id")
        return self


class RunDeployment(DeploymentAction):
    """Run a deployment. Texts among the parameters may be templates."""

    type: Literal["run-deployment"] = "run-deployment"
    parameters: dict[str, Any] | None = None
    job_variables: dict[str, Any] | None = None
    schedule_after: timedelta = Field(
        default_factory=lambda: timedelta(0), ge=timedelta(0), description="How long to wait before the run."
    )


class PauseDeployment(DeploymentAction):
    """Pause a deployment."""

    type: Literal["pause-deployment"] = "pause-deployment"


class ResumeDeployment(DeploymentAction):
    """Resume a deployment."""

    type: Literal["resume-deployment"] = "resume-deployment"


class ChangeFlowRunState(Action):
    """Put the flow run of the event into a state."""

    type: Literal["change-flow-run-state"] = "change-flow-run-state"
    name: str | None = None
    state: StateType
    message: str | None = None
    force: bool = False


class CancelFlowRun(Action):
    """Cancel the flow run of the event."""

    type: Literal["cancel-flow-run"] = "cancel-flow-run"


class DeleteFlowRun(Action):
    """Delete the flow run of the event."""

    type: Literal["delete-flow-run"] = "delete-flow-run"


class ResumeFlowRun(Action):
    """Resume the flow run of the event."""

    type: Literal["resume-flow-run"] = "resume-flow-run"


class SuspendFlowRun(Action):
    """Suspend the flow run of the event."""

    type: Literal["suspend-flow-run"] = "suspend-flow-run"


class CallWebhook(Action):
    """Call a webhook, given as a block; the payload is a template."""

    type: Literal["call-webhook"] = "call-webhook"
    block_document_id: UUID
    payload: str = ""


class SendNotification(Action):
    """Send a message by a block; subject and body are templates."""

    type: Literal["send-notification"] = "send-notification"
    block_document_id: UUID
    subject: str = "Prefect automated notification"
    body: str


class WorkPoolAction(Action):
    """An action on a work pool: a `selected` one, or the one that can be `inferred` from the event."""

    source: Literal["selected", "inferred"] = "selected"
    work_pool_id: UUID | None = None


class PauseWorkPool(WorkPoolAction):
    """Pause a work pool."""

    type: Literal["pause-work-pool"] = "pause-work-pool"


class ResumeWorkPool(WorkPoolAction):
    """Resume a work pool."""

    type: Literal["resume-work-pool"] = "resume-work-pool"


class WorkQueueAction(Action):
    """An action on a work queue: a `selected` one, or the one that can be `inferred` from the event."""

    source: Literal["selected", "inferred"] = "selected"
    work_queue_id: UUID | None = None

    @model_validator(mode="after")
    def selected_work_queue_requires_id(self) -> Self:
        _check_selection(self, "work_queue_id")
        return self


class PauseWorkQueue(WorkQueueAction):
    """Pause a work queue."""

    type: Literal["pause-work-queue"] = "pause-work-queue"


class ResumeWorkQueue(WorkQueueAction):
    """Resume a work queue."""

    type: Literal["resume-work-queue"] = "resume-work-queue"


class AutomationAction(Action):
    """An action on an automation: a `selected` one, or the one that can be `inferred` from the event."""

    source: Literal["selected", "inferred"] = "selected"
    automation_id: UUID | None = None

    @model_validator(mode="after")
    def selected_automation_requires_id(self) -> Self:
        _check_selection(self, "automation_id")
        return self


class PauseAutomation(AutomationAction):
    """Pause an automation."""

    type: Literal["pause-automation"] = "pause-automation"


class ResumeAutomation(AutomationAction):
    """Resume an automation."""

    type: Literal["resume-automation"] = "resume-automation"


class DeclareIncident(Action):
    """Declare an incident; a self-hosted server does not know how."""

    type: Literal["declare-incident"] = "declare-incident"


ActionTypes: TypeAlias = (
    DoNothing
    | RunDeployment
    | PauseDeployment
    | ResumeDeployment
    | ResumeFlowRun
    | CancelFlowRun
    | DeleteFlowRun
    | ChangeFlowRunState
    | PauseWorkQueue
    | ResumeWorkQueue
    | SendNotification
    | CallWebhook
    | PauseAutomation
    | ResumeAutomation
    | SuspendFlowRun
    | PauseWorkPool
    | ResumeWorkPool
    | DeclareIncident
)
