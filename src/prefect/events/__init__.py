"""Events and automations: telling what happened, watching for it, and what is done then.

Each name is imported when it is first asked for.
"""

from __future__ import annotations

from typing import Any

from prefect._base import lazy

_ACTIONS = (
    "Action ActionTypes CallWebhook CancelFlowRun ChangeFlowRunState DeclareIncident DeleteFlowRun DoNothing"
    " PauseAutomation PauseDeployment PauseWorkPool PauseWorkQueue ResumeAutomation ResumeDeployment"
    " ResumeFlowRun ResumeWorkPool ResumeWorkQueue RunDeployment SendNotification SuspendFlowRun"
)
_AUTOMATIONS = (
    "Automation AutomationCore CompositeTrigger CompoundTrigger EventTrigger MetricTrigger"
    " MetricTriggerOperator MetricTriggerQuery Posture PrefectMetric ResourceTrigger SequenceTrigger Trigger"
    " TriggerTypes"
)
_DEPLOYMENTS = (
    "DeploymentCompoundTrigger DeploymentEventTrigger DeploymentMetricTrigger DeploymentSequenceTrigger"
    " DeploymentTriggerTypes"
)
_NAMES: dict[str, str] = {
    name: module
    for module, names in {
        "prefect.events.actions": _ACTIONS,
        "prefect.events.schemas.automations": _AUTOMATIONS,
        "prefect.events.schemas.deployment_triggers": _DEPLOYMENTS,
        "prefect.events.schemas.events": "Event ReceivedEvent RelatedResource Resource ResourceSpecification",
        "prefect.events.utilities": "emit_event",
        "prefect.events.clients": "get_events_client get_events_subscriber",
        "prefect.events.subscribers": "FlowRunSubscriber",
    }.items()
    for name in names.split()
}

__all__ = sorted(_NAMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    module = _NAMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(lazy.module(module), name)
    return found


def __dir__() -> list[str]:
    return [*__all__]
