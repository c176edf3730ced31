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
    from prefect._wire.common import (
        ActionBaseModel as ActionBaseModel,
    )
    from prefect._wire.common import (
        PrefectBaseModel as PrefectBaseModel,
    )
    from prefect._wire.common import (
        now as now,
    )
    from prefect._wire.concurrency import ConcurrencyLimitCreate as ConcurrencyLimitCreate
    from prefect._wire.concurrency import ConcurrencyLimitV2Create as ConcurrencyLimitV2Create
    from prefect._wire.concurrency import ConcurrencyLimitV2Update as ConcurrencyLimitV2Update
    from prefect._wire.deployments import DeploymentCreate as DeploymentCreate
    from prefect._wire.deployments import DeploymentFlowRunCreate as DeploymentFlowRunCreate
    from prefect._wire.deployments import DeploymentScheduleCreate as DeploymentScheduleCreate
    from prefect._wire.deployments import DeploymentScheduleUpdate as DeploymentScheduleUpdate
    from prefect._wire.deployments import DeploymentUpdate as DeploymentUpdate
    from prefect._wire.flow_runs import (
        FlowRunCreate as FlowRunCreate,
    )
    from prefect._wire.flow_runs import (
        FlowRunUpdate as FlowRunUpdate,
    )
    from prefect._wire.flow_runs import (
        get_or_create_run_name as get_or_create_run_name,
    )
    from prefect._wire.flows import FlowCreate as FlowCreate
    from prefect._wire.flows import FlowUpdate as FlowUpdate
    from prefect._wire.logs import LogCreate as LogCreate
    from prefect._wire.states import StateCreate as StateCreate
    from prefect._wire.task_runs import TaskRunCreate as TaskRunCreate
    from prefect._wire.task_runs import TaskRunUpdate as TaskRunUpdate
    from prefect._wire.variables import VariableCreate as VariableCreate
    from prefect._wire.variables import VariableUpdate as VariableUpdate
    from prefect._wire.work_pools import WorkPoolCreate as WorkPoolCreate
    from prefect._wire.work_pools import WorkPoolUpdate as WorkPoolUpdate
    from prefect._wire.work_queues import WorkQueueCreate as WorkQueueCreate
    from prefect._wire.work_queues import WorkQueueUpdate as WorkQueueUpdate
    from prefect.client.schemas._others import SavedSearchCreate as SavedSearchCreate

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
    "DeploymentCreate": "prefect._wire.deployments",
    "DeploymentFlowRunCreate": "prefect._wire.deployments",
    "DeploymentScheduleCreate": "prefect._wire.deployments",
    "DeploymentScheduleUpdate": "prefect._wire.deployments",
    "DeploymentUpdate": "prefect._wire.deployments",
    "FlowCreate": "prefect._wire.flows",
    "FlowRunCreate": "prefect._wire.flow_runs",
    "FlowRunUpdate": "prefect._wire.flow_runs",
    "FlowUpdate": "prefect._wire.flows",
    "LogCreate": "prefect._wire.logs",
    "PrefectBaseModel": "prefect._wire.common",
    "SavedSearchCreate": "prefect.client.schemas._others",
    "StateCreate": "prefect._wire.states",
    "TaskRunCreate": "prefect._wire.task_runs",
    "TaskRunUpdate": "prefect._wire.task_runs",
    "VariableCreate": "prefect._wire.variables",
    "VariableUpdate": "prefect._wire.variables",
    "WorkPoolCreate": "prefect._wire.work_pools",
    "WorkPoolUpdate": "prefect._wire.work_pools",
    "WorkQueueCreate": "prefect._wire.work_queues",
    "WorkQueueUpdate": "prefect._wire.work_queues",
    "get_or_create_run_name": "prefect._wire.flow_runs",
    "now": "prefect._wire.common",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
