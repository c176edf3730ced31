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

_NAMES = {
    "ConcurrencyLimitWithLeaseResponse": "prefect._wire.concurrency",
    "CreatedBy": "prefect._wire.common",
    "FlowRunResponse": "prefect._wire.flow_runs",
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
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
