"""Objects of the API, as clients know them. Each name is imported when it is first asked for."""

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
        ObjectBaseModel as ObjectBaseModel,
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
    from prefect._wire.concurrency import ConcurrencyLeaseHolder as ConcurrencyLeaseHolder
    from prefect._wire.concurrency import ConcurrencyLimit as ConcurrencyLimit
    from prefect._wire.concurrency import ConcurrencyLimitConfig as ConcurrencyLimitConfig
    from prefect._wire.concurrency import GlobalConcurrencyLimit as GlobalConcurrencyLimit
    from prefect._wire.deployments import ConcurrencyLimitStrategy as ConcurrencyLimitStrategy
    from prefect._wire.deployments import ConcurrencyOptions as ConcurrencyOptions
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
    from prefect._wire.results import ResultRecordMetadata as ResultRecordMetadata
    from prefect._wire.states import (
        TERMINAL_STATES as TERMINAL_STATES,
    )
    from prefect._wire.states import (
        RunType as RunType,
    )
    from prefect._wire.states import (
        State as State,
    )
    from prefect._wire.states import (
        StateDetails as StateDetails,
    )
    from prefect._wire.states import (
        StateType as StateType,
    )
    from prefect._wire.states import (
        data_discriminator as data_discriminator,
    )
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
    from prefect.client.schemas._deployments import BranchingScheduleHandling as BranchingScheduleHandling
    from prefect.client.schemas._deployments import Deployment as Deployment
    from prefect.client.schemas._deployments import DeploymentBranchingOptions as DeploymentBranchingOptions
    from prefect.client.schemas._deployments import DeploymentSchedule as DeploymentSchedule
    from prefect.client.schemas._deployments import DeploymentStatus as DeploymentStatus
    from prefect.client.schemas._others import Agent as Agent
    from prefect.client.schemas._others import Configuration as Configuration
    from prefect.client.schemas._others import CsrfToken as CsrfToken
    from prefect.client.schemas._others import IPAllowlist as IPAllowlist
    from prefect.client.schemas._others import IPAllowlistEntry as IPAllowlistEntry
    from prefect.client.schemas._others import IPAllowlistMyAccessResponse as IPAllowlistMyAccessResponse
    from prefect.client.schemas._others import SavedSearch as SavedSearch
    from prefect.client.schemas._others import SavedSearchFilter as SavedSearchFilter
    from prefect.client.schemas._others import ServerDefaultResultStorage as ServerDefaultResultStorage
    from prefect.client.schemas._others import (
        ServerDefaultResultStorageUpdate as ServerDefaultResultStorageUpdate,
    )
    from prefect.client.schemas._others import Workspace as Workspace
    from prefect.client.schemas._others import validate_max_metadata_length as validate_max_metadata_length
    from prefect.client.schemas._others import (
        validate_name_present_on_nonanonymous_blocks as validate_name_present_on_nonanonymous_blocks,
    )
    from prefect.client.schemas._others import validate_parent_and_ref_diff as validate_parent_and_ref_diff
    from prefect.client.schemas._pools import DEFAULT_AGENT_WORK_POOL_NAME as DEFAULT_AGENT_WORK_POOL_NAME
    from prefect.client.schemas._pools import Integration as Integration
    from prefect.client.schemas._pools import QueueFilter as QueueFilter
    from prefect.client.schemas._pools import Worker as Worker
    from prefect.client.schemas._pools import WorkerMetadata as WorkerMetadata
    from prefect.client.schemas._pools import WorkerStatus as WorkerStatus
    from prefect.client.schemas._pools import WorkPool as WorkPool
    from prefect.client.schemas._pools import WorkPoolStatus as WorkPoolStatus
    from prefect.client.schemas._pools import WorkPoolStorageConfiguration as WorkPoolStorageConfiguration
    from prefect.client.schemas._pools import WorkQueue as WorkQueue
    from prefect.client.schemas._pools import WorkQueueHealthPolicy as WorkQueueHealthPolicy
    from prefect.client.schemas._pools import WorkQueueStatus as WorkQueueStatus
    from prefect.client.schemas._pools import WorkQueueStatusDetail as WorkQueueStatusDetail
    from prefect.client.schemas._pools import (
        validate_default_queue_id_not_none as validate_default_queue_id_not_none,
    )

_NAMES = {
    "Agent": "prefect.client.schemas._others",
    "Artifact": "prefect._wire.artifacts",
    "ArtifactCollection": "prefect._wire.artifacts",
    "BlockDocument": "prefect._wire.blocks",
    "BlockDocumentReference": "prefect._wire.blocks",
    "BlockSchema": "prefect._wire.blocks",
    "BlockSchemaReference": "prefect._wire.blocks",
    "BlockType": "prefect._wire.blocks",
    "BranchingScheduleHandling": "prefect.client.schemas._deployments",
    "ConcurrencyLeaseHolder": "prefect._wire.concurrency",
    "ConcurrencyLimit": "prefect._wire.concurrency",
    "ConcurrencyLimitConfig": "prefect._wire.concurrency",
    "ConcurrencyLimitStrategy": "prefect._wire.deployments",
    "ConcurrencyOptions": "prefect._wire.deployments",
    "Configuration": "prefect.client.schemas._others",
    "Constant": "prefect._wire.task_runs",
    "CreatedBy": "prefect._wire.common",
    "CsrfToken": "prefect.client.schemas._others",
    "DEFAULT_AGENT_WORK_POOL_NAME": "prefect.client.schemas._pools",
    "DEFAULT_BLOCK_SCHEMA_VERSION": "prefect._wire.blocks",
    "Deployment": "prefect.client.schemas._deployments",
    "DeploymentBranchingOptions": "prefect.client.schemas._deployments",
    "DeploymentSchedule": "prefect.client.schemas._deployments",
    "DeploymentStatus": "prefect.client.schemas._deployments",
    "Flow": "prefect._wire.flows",
    "FlowRun": "prefect._wire.flow_runs",
    "FlowRunInput": "prefect._wire.inputs",
    "FlowRunPolicy": "prefect._wire.flow_runs",
    "FlowRunResult": "prefect._wire.task_runs",
    "GlobalConcurrencyLimit": "prefect._wire.concurrency",
    "IPAllowlist": "prefect.client.schemas._others",
    "IPAllowlistEntry": "prefect.client.schemas._others",
    "IPAllowlistMyAccessResponse": "prefect.client.schemas._others",
    "Integration": "prefect.client.schemas._pools",
    "Log": "prefect._wire.logs",
    "ObjectBaseModel": "prefect._wire.common",
    "Parameter": "prefect._wire.task_runs",
    "PrefectBaseModel": "prefect._wire.common",
    "QueueFilter": "prefect.client.schemas._pools",
    "ResultRecordMetadata": "prefect._wire.results",
    "RunInput": "prefect._wire.task_runs",
    "RunType": "prefect._wire.states",
    "SavedSearch": "prefect.client.schemas._others",
    "SavedSearchFilter": "prefect.client.schemas._others",
    "ServerDefaultResultStorage": "prefect.client.schemas._others",
    "ServerDefaultResultStorageUpdate": "prefect.client.schemas._others",
    "State": "prefect._wire.states",
    "StateDetails": "prefect._wire.states",
    "StateType": "prefect._wire.states",
    "TERMINAL_STATES": "prefect._wire.states",
    "TaskRun": "prefect._wire.task_runs",
    "TaskRunPolicy": "prefect._wire.task_runs",
    "TaskRunResult": "prefect._wire.task_runs",
    "TimeSeriesBaseModel": "prefect._wire.common",
    "UpdatedBy": "prefect._wire.common",
    "Variable": "prefect._wire.variables",
    "VersionInfo": "prefect._wire.deployments",
    "WorkPool": "prefect.client.schemas._pools",
    "WorkPoolStatus": "prefect.client.schemas._pools",
    "WorkPoolStorageConfiguration": "prefect.client.schemas._pools",
    "WorkQueue": "prefect.client.schemas._pools",
    "WorkQueueHealthPolicy": "prefect.client.schemas._pools",
    "WorkQueueStatus": "prefect.client.schemas._pools",
    "WorkQueueStatusDetail": "prefect.client.schemas._pools",
    "Worker": "prefect.client.schemas._pools",
    "WorkerMetadata": "prefect.client.schemas._pools",
    "WorkerStatus": "prefect.client.schemas._pools",
    "Workspace": "prefect.client.schemas._others",
    "data_discriminator": "prefect._wire.states",
    "get_or_create_run_name": "prefect._wire.flow_runs",
    "list_length_50_or_less": "prefect._wire.task_runs",
    "now": "prefect._wire.common",
    "set_run_policy_deprecated_fields": "prefect._wire.common",
    "validate_default_queue_id_not_none": "prefect.client.schemas._pools",
    "validate_max_metadata_length": "prefect.client.schemas._others",
    "validate_name_present_on_nonanonymous_blocks": "prefect.client.schemas._others",
    "validate_not_negative": "prefect._wire.task_runs",
    "validate_parent_and_ref_diff": "prefect.client.schemas._others",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
