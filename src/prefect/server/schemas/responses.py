"""Answers of the API that are not objects themselves. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.common import (
        CreatedBy as CreatedBy,
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
    from prefect._wire.deployments import DeploymentBulkDeleteResponse as DeploymentBulkDeleteResponse
    from prefect._wire.deployments import DeploymentPaginationResponse as DeploymentPaginationResponse
    from prefect._wire.deployments import DeploymentResponse as DeploymentResponse
    from prefect._wire.flow_runs import (
        FlowRunBulkCreateResponse as FlowRunBulkCreateResponse,
    )
    from prefect._wire.flow_runs import (
        FlowRunBulkDeleteResponse as FlowRunBulkDeleteResponse,
    )
    from prefect._wire.flow_runs import (
        FlowRunBulkSetStateResponse as FlowRunBulkSetStateResponse,
    )
    from prefect._wire.flow_runs import (
        FlowRunCreateResult as FlowRunCreateResult,
    )
    from prefect._wire.flow_runs import (
        FlowRunOrchestrationResult as FlowRunOrchestrationResult,
    )
    from prefect._wire.flow_runs import (
        FlowRunPaginationResponse as FlowRunPaginationResponse,
    )
    from prefect._wire.flow_runs import (
        FlowRunPolicy as FlowRunPolicy,
    )
    from prefect._wire.flow_runs import (
        FlowRunResponse as FlowRunResponse,
    )
    from prefect._wire.flows import (
        FlowBulkDeleteResponse as FlowBulkDeleteResponse,
    )
    from prefect._wire.flows import (
        FlowPaginationResponse as FlowPaginationResponse,
    )
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
    from prefect._wire.task_runs import (
        TaskRunPaginationResponse as TaskRunPaginationResponse,
    )
    from prefect._wire.task_runs import (
        TaskRunResponse as TaskRunResponse,
    )
    from prefect._wire.work_pools import FlowRunSlotSummary as FlowRunSlotSummary
    from prefect._wire.work_pools import WorkerFlowRunResponse as WorkerFlowRunResponse
    from prefect._wire.work_pools import WorkPoolConcurrencyStatus as WorkPoolConcurrencyStatus
    from prefect._wire.work_pools import WorkPoolResponse as WorkPoolResponse
    from prefect._wire.work_pools import WorkQueueConcurrencyStatusDetail as WorkQueueConcurrencyStatusDetail
    from prefect._wire.work_queues import WorkQueueConcurrencyStatus as WorkQueueConcurrencyStatus
    from prefect._wire.work_queues import WorkQueueResponse as WorkQueueResponse
    from prefect._wire.work_queues import WorkQueueStatusDetail as WorkQueueStatusDetail
    from prefect._wire.workers import WorkerResponse as WorkerResponse

_NAMES = {
    "ConcurrencyLimitWithLeaseResponse": "prefect._wire.concurrency",
    "CreatedBy": "prefect._wire.common",
    "DeploymentBulkDeleteResponse": "prefect._wire.deployments",
    "DeploymentPaginationResponse": "prefect._wire.deployments",
    "DeploymentResponse": "prefect._wire.deployments",
    "FlowBulkDeleteResponse": "prefect._wire.flows",
    "FlowPaginationResponse": "prefect._wire.flows",
    "FlowRunBulkCreateResponse": "prefect._wire.flow_runs",
    "FlowRunBulkDeleteResponse": "prefect._wire.flow_runs",
    "FlowRunBulkSetStateResponse": "prefect._wire.flow_runs",
    "FlowRunCreateResult": "prefect._wire.flow_runs",
    "FlowRunOrchestrationResult": "prefect._wire.flow_runs",
    "FlowRunPaginationResponse": "prefect._wire.flow_runs",
    "FlowRunPolicy": "prefect._wire.flow_runs",
    "FlowRunResponse": "prefect._wire.flow_runs",
    "FlowRunSlotSummary": "prefect._wire.work_pools",
    "GlobalConcurrencyLimitResponse": "prefect._wire.concurrency",
    "MinimalConcurrencyLimitResponse": "prefect._wire.concurrency",
    "OrchestrationResult": "prefect._wire.states",
    "PrefectBaseModel": "prefect._wire.common",
    "SetStateStatus": "prefect._wire.states",
    "StateAbortDetails": "prefect._wire.states",
    "StateAcceptDetails": "prefect._wire.states",
    "StateRejectDetails": "prefect._wire.states",
    "StateWaitDetails": "prefect._wire.states",
    "TaskRunPaginationResponse": "prefect._wire.task_runs",
    "TaskRunResponse": "prefect._wire.task_runs",
    "UpdatedBy": "prefect._wire.common",
    "WorkPoolConcurrencyStatus": "prefect._wire.work_pools",
    "WorkPoolResponse": "prefect._wire.work_pools",
    "WorkQueueConcurrencyStatus": "prefect._wire.work_queues",
    "WorkQueueConcurrencyStatusDetail": "prefect._wire.work_pools",
    "WorkQueueResponse": "prefect._wire.work_queues",
    "WorkQueueStatusDetail": "prefect._wire.work_queues",
    "WorkerFlowRunResponse": "prefect._wire.work_pools",
    "WorkerResponse": "prefect._wire.workers",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
