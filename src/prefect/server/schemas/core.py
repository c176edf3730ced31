"""Objects of the API, as the server knows them. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.artifacts import Artifact as Artifact
    from prefect._wire.artifacts import ArtifactCollection as ArtifactCollection
    from prefect._wire.blocks import DEFAULT_BLOCK_SCHEMA_VERSION as DEFAULT_BLOCK_SCHEMA_VERSION
    from prefect._wire.blocks import BlockDocument as BlockDocument
    from prefect._wire.blocks import BlockDocumentReference as BlockDocumentReference
    from prefect._wire.blocks import BlockSchema as BlockSchema
    from prefect._wire.blocks import BlockSchemaReference as BlockSchemaReference
    from prefect._wire.blocks import BlockType as BlockType
    from prefect._wire.common import (
        CreatedBy as CreatedBy,
    )
    from prefect._wire.common import (
        PrefectBaseModel as PrefectBaseModel,
    )
    from prefect._wire.common import (
        TimeSeriesBaseModel as TimeSeriesBaseModel,
    )
    from prefect._wire.common import (
        UpdatedBy as UpdatedBy,
    )
    from prefect._wire.common import (
        now as now,
    )
    from prefect._wire.common import (
        set_run_policy_deprecated_fields as set_run_policy_deprecated_fields,
    )
    from prefect._wire.concurrency import ConcurrencyLimit as ConcurrencyLimit
    from prefect._wire.concurrency import ConcurrencyLimitV2 as ConcurrencyLimitV2
    from prefect._wire.deployments import ConcurrencyLimitStrategy as ConcurrencyLimitStrategy
    from prefect._wire.deployments import ConcurrencyOptions as ConcurrencyOptions
    from prefect._wire.deployments import DeploymentSchedule as DeploymentSchedule
    from prefect._wire.deployments import VersionInfo as VersionInfo
    from prefect._wire.flow_runs import (
        FlowRun as FlowRun,
    )
    from prefect._wire.flow_runs import (
        FlowRunPolicy as FlowRunPolicy,
    )
    from prefect._wire.flow_runs import (
        get_or_create_run_name as get_or_create_run_name,
    )
    from prefect._wire.flows import Flow as Flow
    from prefect._wire.inputs import FlowRunInput as FlowRunInput
    from prefect._wire.logs import Log as Log
    from prefect._wire.task_runs import (
        Constant as Constant,
    )
    from prefect._wire.task_runs import (
        FlowRunResult as FlowRunResult,
    )
    from prefect._wire.task_runs import (
        Parameter as Parameter,
    )
    from prefect._wire.task_runs import (
        RunInput as RunInput,
    )
    from prefect._wire.task_runs import (
        TaskRun as TaskRun,
    )
    from prefect._wire.task_runs import (
        TaskRunPolicy as TaskRunPolicy,
    )
    from prefect._wire.task_runs import (
        TaskRunResult as TaskRunResult,
    )
    from prefect._wire.task_runs import (
        list_length_50_or_less as list_length_50_or_less,
    )
    from prefect._wire.task_runs import (
        validate_not_negative as validate_not_negative,
    )
    from prefect._wire.variables import Variable as Variable
    from prefect._wire.work_pools import WorkPoolStatus as WorkPoolStatus
    from prefect._wire.work_pools import WorkPoolStorageConfiguration as WorkPoolStorageConfiguration
    from prefect._wire.work_queues import QueueFilter as QueueFilter
    from prefect._wire.work_queues import WorkQueueHealthPolicy as WorkQueueHealthPolicy
    from prefect._wire.work_queues import WorkQueueStatusDetail as WorkQueueStatusDetail
    from prefect.client.schemas._deployments import Deployment as Deployment
    from prefect.client.schemas._others import Agent as Agent
    from prefect.client.schemas._others import Configuration as Configuration
    from prefect.client.schemas._others import CsrfToken as CsrfToken
    from prefect.client.schemas._others import SavedSearch as SavedSearch
    from prefect.client.schemas._others import SavedSearchFilter as SavedSearchFilter
    from prefect.client.schemas._others import ServerDefaultResultStorage as ServerDefaultResultStorage
    from prefect.client.schemas._others import (
        ServerDefaultResultStorageUpdate as ServerDefaultResultStorageUpdate,
    )
    from prefect.client.schemas._pools import Worker as Worker
    from prefect.client.schemas._pools import WorkPool as WorkPool
    from prefect.client.schemas._pools import WorkQueue as WorkQueue

_NAMES = {
    "Agent": "prefect.client.schemas._others",
    "Artifact": "prefect._wire.artifacts",
    "ArtifactCollection": "prefect._wire.artifacts",
    "BlockDocument": "prefect._wire.blocks",
    "BlockDocumentReference": "prefect._wire.blocks",
    "BlockSchema": "prefect._wire.blocks",
    "BlockSchemaReference": "prefect._wire.blocks",
    "BlockType": "prefect._wire.blocks",
    "ConcurrencyLimit": "prefect._wire.concurrency",
    "ConcurrencyLimitStrategy": "prefect._wire.deployments",
    "ConcurrencyLimitV2": "prefect._wire.concurrency",
    "ConcurrencyOptions": "prefect._wire.deployments",
    "Configuration": "prefect.client.schemas._others",
    "Constant": "prefect._wire.task_runs",
    "CreatedBy": "prefect._wire.common",
    "CsrfToken": "prefect.client.schemas._others",
    "DEFAULT_BLOCK_SCHEMA_VERSION": "prefect._wire.blocks",
    "Deployment": "prefect.client.schemas._deployments",
    "DeploymentSchedule": "prefect._wire.deployments",
    "Flow": "prefect._wire.flows",
    "FlowRun": "prefect._wire.flow_runs",
    "FlowRunInput": "prefect._wire.inputs",
    "FlowRunPolicy": "prefect._wire.flow_runs",
    "FlowRunResult": "prefect._wire.task_runs",
    "Log": "prefect._wire.logs",
    "Parameter": "prefect._wire.task_runs",
    "PrefectBaseModel": "prefect._wire.common",
    "QueueFilter": "prefect._wire.work_queues",
    "RunInput": "prefect._wire.task_runs",
    "SavedSearch": "prefect.client.schemas._others",
    "SavedSearchFilter": "prefect.client.schemas._others",
    "ServerDefaultResultStorage": "prefect.client.schemas._others",
    "ServerDefaultResultStorageUpdate": "prefect.client.schemas._others",
    "TaskRun": "prefect._wire.task_runs",
    "TaskRunPolicy": "prefect._wire.task_runs",
    "TaskRunResult": "prefect._wire.task_runs",
    "TimeSeriesBaseModel": "prefect._wire.common",
    "UpdatedBy": "prefect._wire.common",
    "Variable": "prefect._wire.variables",
    "VersionInfo": "prefect._wire.deployments",
    "WorkPool": "prefect.client.schemas._pools",
    "WorkPoolStatus": "prefect._wire.work_pools",
    "WorkPoolStorageConfiguration": "prefect._wire.work_pools",
    "WorkQueue": "prefect.client.schemas._pools",
    "WorkQueueHealthPolicy": "prefect._wire.work_queues",
    "WorkQueueStatusDetail": "prefect._wire.work_queues",
    "Worker": "prefect.client.schemas._pools",
    "get_or_create_run_name": "prefect._wire.flow_runs",
    "list_length_50_or_less": "prefect._wire.task_runs",
    "now": "prefect._wire.common",
    "set_run_policy_deprecated_fields": "prefect._wire.common",
    "validate_not_negative": "prefect._wire.task_runs",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
