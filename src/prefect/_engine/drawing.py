"""Running the function of a flow only to see which tasks it calls."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prefect.utilities.callables import parameters_to_args_kwargs
from prefect.utilities.visualization import TaskVizTracker, VisualizationUnsupportedError

if TYPE_CHECKING:
    from prefect.flows import Flow

_HINT = (
    "If the flow looks into the result of a task, say what to take for it while drawing, "
    "e.g. `@task(viz_return_value=[1, 2, 3])`."
)


async def tracked(flow: Flow[..., Any], parameters: Mapping[str, Any]) -> TaskVizTracker:
    """The calls of tasks and flows that `flow` makes; what is not decorated really runs.

    Raises what the function raises, with a note on what to do.
    """
    warnings.warn(
        f"Drawing the flow {flow.name!r} executes the code in it that is not a task or a flow.", stacklevel=2
    )
    args, kwargs = parameters_to_args_kwargs(flow.fn, dict(parameters))
    with TaskVizTracker() as tracker:
        try:
            made = flow.fn(*args, **kwargs)
            if flow.isasync:
                await made
        except VisualizationUnsupportedError:
            raise
        except Exception as error:
            error.add_note(_HINT)
            raise
    return tracker
