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

_NAMES = {
    "Artifact": "prefect._wire.artifacts",
    "ArtifactCollection": "prefect._wire.artifacts",
    "BlockDocument": "prefect._wire.blocks",
    "BlockDocumentReference": "prefect._wire.blocks",
    "BlockSchema": "prefect._wire.blocks",
    "BlockSchemaReference": "prefect._wire.blocks",
    "BlockType": "prefect._wire.blocks",
    "ConcurrencyLeaseHolder": "prefect._wire.concurrency",
    "ConcurrencyLimit": "prefect._wire.concurrency",
    "ConcurrencyLimitConfig": "prefect._wire.concurrency",
    "Constant": "prefect._wire.task_runs",
    "CreatedBy": "prefect._wire.common",
    "DEFAULT_BLOCK_SCHEMA_VERSION": "prefect._wire.blocks",
    "Flow": "prefect._wire.flows",
    "FlowRun": "prefect._wire.flow_runs",
    "FlowRunInput": "prefect._wire.inputs",
    "FlowRunPolicy": "prefect._wire.flow_runs",
    "FlowRunResult": "prefect._wire.task_runs",
    "GlobalConcurrencyLimit": "prefect._wire.concurrency",
    "Log": "prefect._wire.logs",
    "ObjectBaseModel": "prefect._wire.common",
    "Parameter": "prefect._wire.task_runs",
    "PrefectBaseModel": "prefect._wire.common",
    "ResultRecordMetadata": "prefect._wire.results",
    "RunInput": "prefect._wire.task_runs",
    "RunType": "prefect._wire.states",
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
    "data_discriminator": "prefect._wire.states",
    "get_or_create_run_name": "prefect._wire.flow_runs",
    "list_length_50_or_less": "prefect._wire.task_runs",
    "now": "prefect._wire.common",
    "set_run_policy_deprecated_fields": "prefect._wire.common",
    "validate_not_negative": "prefect._wire.task_runs",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
