"""Answers of the API that are not objects themselves. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.common import (
        CreatedBy as CreatedBy,
    )
    from prefect._wire.common import (
        ObjectBaseModel as ObjectBaseModel,
    )
    from prefect._wire.common import (
        PrefectBaseModel as PrefectBaseModel,
    )
    from prefect._wire.common import (
        UpdatedBy as UpdatedBy,
    )
    from prefect._wire.concurrency import (
        ConcurrencyLimitWithLeaseResponse as ConcurrencyLimitWithLeaseResponse,
    )
    from prefect._wire.concurrency import GlobalConcurrencyLimitResponse as GlobalConcurrencyLimitResponse
    from prefect._wire.concurrency import MinimalConcurrencyLimitResponse as MinimalConcurrencyLimitResponse
    from prefect._wire.flow_runs import FlowRunResponse as FlowRunResponse
    from prefect._wire.states import (
        OrchestrationResult as OrchestrationResult,
    )
    from prefect._wire.states import (
        SetStateStatus as SetStateStatus,
    )
    from prefect._wire.states import (
        StateAbortDetails as StateAbortDetails,
    )
    from prefect._wire.states import (
        StateAcceptDetails as StateAcceptDetails,
    )
    from prefect._wire.states import (
        StateRejectDetails as StateRejectDetails,
    )
    from prefect._wire.states import (
        StateWaitDetails as StateWaitDetails,
    )
    from prefect.client.schemas._deployments import DeploymentResponse as DeploymentResponse
    from prefect.client.schemas._pools import FlowRunSlotSummary as FlowRunSlotSummary
    from prefect.client.schemas._pools import WorkerFlowRunResponse as WorkerFlowRunResponse
    from prefect.client.schemas._pools import WorkPoolConcurrencyStatus as WorkPoolConcurrencyStatus
    from prefect.client.schemas._pools import WorkQueueConcurrencyStatus as WorkQueueConcurrencyStatus
    from prefect.client.schemas._pools import (
        WorkQueueConcurrencyStatusDetail as WorkQueueConcurrencyStatusDetail,
    )

_NAMES = {
    "ConcurrencyLimitWithLeaseResponse": "prefect._wire.concurrency",
    "CreatedBy": "prefect._wire.common",
    "DeploymentResponse": "prefect.client.schemas._deployments",
    "FlowRunResponse": "prefect._wire.flow_runs",
    "FlowRunSlotSummary": "prefect.client.schemas._pools",
    "GlobalConcurrencyLimitResponse": "prefect._wire.concurrency",
    "MinimalConcurrencyLimitResponse": "prefect._wire.concurrency",
    "ObjectBaseModel": "prefect._wire.common",
    "OrchestrationResult": "prefect._wire.states",
    "PrefectBaseModel": "prefect._wire.common",
    "SetStateStatus": "prefect._wire.states",
    "StateAbortDetails": "prefect._wire.states",
    "StateAcceptDetails": "prefect._wire.states",
    "StateRejectDetails": "prefect._wire.states",
    "StateWaitDetails": "prefect._wire.states",
    "UpdatedBy": "prefect._wire.common",
    "WorkPoolConcurrencyStatus": "prefect.client.schemas._pools",
    "WorkQueueConcurrencyStatus": "prefect.client.schemas._pools",
    "WorkQueueConcurrencyStatusDetail": "prefect.client.schemas._pools",
    "WorkerFlowRunResponse": "prefect.client.schemas._pools",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
