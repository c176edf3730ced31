"""Mapping: from the arguments of one map call to the arguments of each run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._engine import inputs, result, scope
from prefect._engine.future import PrefectFuture, PrefectTaskRunFuture
from prefect._engine.links import NO_LINKS, Links
from prefect.utilities.annotations import BaseAnnotation, allow_failure
from prefect.utilities.callables import expand_mapping_parameters

if TYPE_CHECKING:
    from prefect.tasks import Task

Call = tuple[dict[str, Any], dict[str, list[str]]]


def calls_of(task: Task[..., Any], parameters: dict[str, Any]) -> list[Call]:
    """Per run: its parameters, and the upstream runs that a mapped parameter came from as a whole.

    Futures inside a mapped collection are not among these: each is upstream of the run that it is handed to.

    Raises `MappingMissingIterable` when no parameter can be iterated over, `MappingLengthMismatch` when those
    that can differ in length.
    """
    context = scope.flow_scope.get()
    links = context.run_results if context is not None else NO_LINKS
    upstream = {name: _source(value, links) for name, value in parameters.items()}
    edges = {name: [id_] for name, id_ in upstream.items() if id_}
    available = {name: _available(value) for name, value in parameters.items()}
    return [(each, edges) for each in expand_mapping_parameters(task.fn, available)]


def _source(value: Any, links: Links) -> str | None:
    """The id of the task run that `value` as a whole is a future, the state or the result of."""
    if isinstance(value, BaseAnnotation):
        return _source(cast("BaseAnnotation[Any]", value).unwrap(), links)
    if isinstance(value, PrefectTaskRunFuture):
        return str(value.task_run_id)
    if result.is_state(value):
        return str(value.state_details.task_run_id or "")
    return links.of(value)


def _available(value: Any) -> Any:
    """A future or state that is the whole argument, replaced by its result; anything else as it is."""
    if not isinstance(value, BaseAnnotation):
        return _result_of(value, tolerant=False)
    mark = cast("BaseAnnotation[Any]", value)
    return mark.rewrap(_result_of(mark.unwrap(), isinstance(mark, allow_failure)))


def _result_of(value: Any, tolerant: bool) -> Any:
    found: Any = value
    if isinstance(value, PrefectFuture) or result.is_state(value):
        drive(inputs.wait_for_futures(inputs.futures_in(found), BLOCKING))
        return inputs.resolved(allow_failure(found) if tolerant else found)
    return found
