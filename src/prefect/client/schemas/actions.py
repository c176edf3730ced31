"""Bodies of requests that create and change objects. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.artifacts import ArtifactCreate as ArtifactCreate
    from prefect._wire.artifacts import ArtifactUpdate as ArtifactUpdate
    from prefect._wire.blocks import BlockDocumentCreate as BlockDocumentCreate
    from prefect._wire.blocks import BlockDocumentReferenceCreate as BlockDocumentReferenceCreate
    from prefect._wire.blocks import BlockDocumentUpdate as BlockDocumentUpdate
    from prefect._wire.blocks import BlockSchemaCreate as BlockSchemaCreate
    from prefect._wire.blocks import BlockTypeCreate as BlockTypeCreate
    from prefect._wire.blocks import BlockTypeUpdate as BlockTypeUpdate
    from prefect._wire.common import ActionBaseModel as ActionBaseModel
    from prefect._wire.concurrency import ConcurrencyLimitCreate as ConcurrencyLimitCreate
    from prefect._wire.concurrency import ConcurrencyLimitV2Create as ConcurrencyLimitV2Create
    from prefect._wire.concurrency import ConcurrencyLimitV2Update as ConcurrencyLimitV2Update
    from prefect._wire.concurrency import GlobalConcurrencyLimitCreate as GlobalConcurrencyLimitCreate
    from prefect._wire.concurrency import GlobalConcurrencyLimitUpdate as GlobalConcurrencyLimitUpdate
    from prefect._wire.flow_runs import FlowRunCreate as FlowRunCreate
    from prefect._wire.flow_runs import FlowRunUpdate as FlowRunUpdate
    from prefect._wire.flows import FlowCreate as FlowCreate
    from prefect._wire.flows import FlowUpdate as FlowUpdate
    from prefect._wire.logs import LogCreate as LogCreate
    from prefect._wire.results import ResultRecordMetadata as ResultRecordMetadata
    from prefect._wire.states import (
        StateCreate as StateCreate,
    )
    from prefect._wire.states import (
        StateDetails as StateDetails,
    )
    from prefect._wire.states import (
        StateType as StateType,
    )
    from prefect._wire.task_runs import TaskRunCreate as TaskRunCreate
    from prefect._wire.task_runs import TaskRunUpdate as TaskRunUpdate
    from prefect._wire.variables import VariableCreate as VariableCreate
    from prefect._wire.variables import VariableUpdate as VariableUpdate
    from prefect.client.schemas._deployments import DeploymentBranch as DeploymentBranch
    from prefect.client.schemas._deployments import DeploymentCreate as DeploymentCreate
    from prefect.client.schemas._deployments import DeploymentFlowRunCreate as DeploymentFlowRunCreate
    from prefect.client.schemas._deployments import DeploymentScheduleCreate as DeploymentScheduleCreate
    from prefect.client.schemas._deployments import DeploymentScheduleUpdate as DeploymentScheduleUpdate
    from prefect.client.schemas._deployments import DeploymentUpdate as DeploymentUpdate
    from prefect.client.schemas._deployments import convert_to_strings as convert_to_strings
    from prefect.client.schemas._deployments import (
        remove_old_deployment_fields as remove_old_deployment_fields,
    )
    from prefect.client.schemas._deployments import (
        validate_schedule_max_scheduled_runs as validate_schedule_max_scheduled_runs,
    )
    from prefect.client.schemas._others import SavedSearchCreate as SavedSearchCreate
    from prefect.client.schemas._others import (
        validate_name_present_on_nonanonymous_blocks as validate_name_present_on_nonanonymous_blocks,
    )
    from prefect.client.schemas._pools import WorkPoolCreate as WorkPoolCreate
    from prefect.client.schemas._pools import WorkPoolStorageConfiguration as WorkPoolStorageConfiguration
    from prefect.client.schemas._pools import WorkPoolUpdate as WorkPoolUpdate
    from prefect.client.schemas._pools import WorkQueueCreate as WorkQueueCreate
    from prefect.client.schemas._pools import WorkQueueUpdate as WorkQueueUpdate
    from prefect.client.schemas.schedules import CronSchedule as CronSchedule
    from prefect.client.schemas.schedules import IntervalSchedule as IntervalSchedule
    from prefect.client.schemas.schedules import NoSchedule as NoSchedule
    from prefect.client.schemas.schedules import RRuleSchedule as RRuleSchedule

_NAMES = {
    "ActionBaseModel": "prefect._wire.common",
    "ArtifactCreate": "prefect._wire.artifacts",
    "ArtifactUpdate": "prefect._wire.artifacts",
    "BlockDocumentCreate": "prefect._wire.blocks",
    "BlockDocumentReferenceCreate": "prefect._wire.blocks",
    "BlockDocumentUpdate": "prefect._wire.blocks",
    "BlockSchemaCreate": "prefect._wire.blocks",
    "BlockTypeCreate": "prefect._wire.blocks",
    "BlockTypeUpdate": "prefect._wire.blocks",
    "ConcurrencyLimitCreate": "prefect._wire.concurrency",
    "ConcurrencyLimitV2Create": "prefect._wire.concurrency",
    "ConcurrencyLimitV2Update": "prefect._wire.concurrency",
    "CronSchedule": "prefect.client.schemas.schedules",
    "DeploymentBranch": "prefect.client.schemas._deployments",
    "DeploymentCreate": "prefect.client.schemas._deployments",
    "DeploymentFlowRunCreate": "prefect.client.schemas._deployments",
    "DeploymentScheduleCreate": "prefect.client.schemas._deployments",
    "DeploymentScheduleUpdate": "prefect.client.schemas._deployments",
    "DeploymentUpdate": "prefect.client.schemas._deployments",
    "FlowCreate": "prefect._wire.flows",
    "FlowRunCreate": "prefect._wire.flow_runs",
    "FlowRunUpdate": "prefect._wire.flow_runs",
    "FlowUpdate": "prefect._wire.flows",
    "GlobalConcurrencyLimitCreate": "prefect._wire.concurrency",
    "GlobalConcurrencyLimitUpdate": "prefect._wire.concurrency",
    "IntervalSchedule": "prefect.client.schemas.schedules",
    "LogCreate": "prefect._wire.logs",
    "NoSchedule": "prefect.client.schemas.schedules",
    "RRuleSchedule": "prefect.client.schemas.schedules",
    "ResultRecordMetadata": "prefect._wire.results",
    "SavedSearchCreate": "prefect.client.schemas._others",
    "StateCreate": "prefect._wire.states",
    "StateDetails": "prefect._wire.states",
    "StateType": "prefect._wire.states",
    "TaskRunCreate": "prefect._wire.task_runs",
    "TaskRunUpdate": "prefect._wire.task_runs",
    "VariableCreate": "prefect._wire.variables",
    "VariableUpdate": "prefect._wire.variables",
    "WorkPoolCreate": "prefect.client.schemas._pools",
    "WorkPoolStorageConfiguration": "prefect.client.schemas._pools",
    "WorkPoolUpdate": "prefect.client.schemas._pools",
    "WorkQueueCreate": "prefect.client.schemas._pools",
    "WorkQueueUpdate": "prefect.client.schemas._pools",
    "convert_to_strings": "prefect.client.schemas._deployments",
    "remove_old_deployment_fields": "prefect.client.schemas._deployments",
    "validate_name_present_on_nonanonymous_blocks": "prefect.client.schemas._others",
    "validate_schedule_max_scheduled_runs": "prefect.client.schemas._deployments",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
