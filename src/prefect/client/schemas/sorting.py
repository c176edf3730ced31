"""Orders in which lists can be asked for. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.sorts import (
        ArtifactCollectionSort as ArtifactCollectionSort,
    )
    from prefect._wire.sorts import (
        ArtifactSort as ArtifactSort,
    )
    from prefect._wire.sorts import (
        AutomationSort as AutomationSort,
    )
    from prefect._wire.sorts import (
        BlockDocumentSort as BlockDocumentSort,
    )
    from prefect._wire.sorts import (
        DeploymentSort as DeploymentSort,
    )
    from prefect._wire.sorts import (
        FlowRunSort as FlowRunSort,
    )
    from prefect._wire.sorts import (
        FlowSort as FlowSort,
    )
    from prefect._wire.sorts import (
        LogSort as LogSort,
    )
    from prefect._wire.sorts import (
        TaskRunSort as TaskRunSort,
    )
    from prefect._wire.sorts import (
        VariableSort as VariableSort,
    )

_NAMES = {
    "ArtifactCollectionSort": "prefect._wire.sorts",
    "ArtifactSort": "prefect._wire.sorts",
    "AutomationSort": "prefect._wire.sorts",
    "BlockDocumentSort": "prefect._wire.sorts",
    "DeploymentSort": "prefect._wire.sorts",
    "FlowRunSort": "prefect._wire.sorts",
    "FlowSort": "prefect._wire.sorts",
    "LogSort": "prefect._wire.sorts",
    "TaskRunSort": "prefect._wire.sorts",
    "VariableSort": "prefect._wire.sorts",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
