"""States of runs, as the server knows them. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.common import (
        PrefectBaseModel as PrefectBaseModel,
    )
    from prefect._wire.common import (
        TimeSeriesBaseModel as TimeSeriesBaseModel,
    )
    from prefect._wire.common import (
        now as now,
    )
    from prefect._wire.states import (
        TERMINAL_STATES as TERMINAL_STATES,
    )
    from prefect._wire.states import (
        CountByState as CountByState,
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

_NAMES = {
    "CountByState": "prefect._wire.states",
    "PrefectBaseModel": "prefect._wire.common",
    "State": "prefect._wire.states",
    "StateDetails": "prefect._wire.states",
    "StateType": "prefect._wire.states",
    "TERMINAL_STATES": "prefect._wire.states",
    "TimeSeriesBaseModel": "prefect._wire.common",
    "now": "prefect._wire.common",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
