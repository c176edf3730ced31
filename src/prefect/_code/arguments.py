"""The parameters of a run, as the API has them, for the function of its flow."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect.exceptions import ParameterBindError
from prefect.logging.loggers import get_logger
from prefect.utilities.callables import get_call_parameters

if TYPE_CHECKING:
    from prefect.flows import Flow

validation: Any = lazy.module("prefect._engine.validation")


def bound(
    flow: Flow[..., Any],
    given: Mapping[str, Any],
    defaults: Mapping[str, Any] | None = None,
    logger: Any = None,
) -> dict[str, Any]:
    """All parameters of the flow's function, with its own defaults where `given` has none.

    `defaults` are those of the deployment: one of them that the function does not take is left out with a
    warning, because it is not the run's fault; `logger` is where that is told. Raises `ParameterBindError`
    for any other.
    """
    unknown = unknown_to(flow.fn, given)
    dropped = [name for name in unknown if defaults and name in defaults and given[name] == defaults[name]]
    if dropped:
        (logger or get_logger("engine")).warning(
            "Parameters of the deployment that flow %r does not take are left out: %s",
            flow.name,
            ", ".join(sorted(dropped)),
        )
    refused = sorted(set(unknown) - set(dropped))
    if refused:
        raise ParameterBindError(f"Flow {flow.name!r} does not take the parameters {', '.join(refused)}.")
    arguments: dict[str, Any] = {}
    variadic: dict[str, Any] = {}
    for name, parameter in inspect.signature(flow.fn).parameters.items():
        if name not in given:
            continue
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            variadic[name] = given[name]
        else:
            arguments[name] = given[name]
    try:
        parameters = get_call_parameters(flow.fn, (), arguments)
    except TypeError as error:
        raise ParameterBindError(
            f"Flow {flow.name!r} cannot be called with its parameters: {error}"
        ) from error
    parameters.update(variadic)
    if any(type(value).__name__ == "FieldInfo" for value in parameters.values()):
        parameters = {name: validation.field_default(value) for name, value in parameters.items()}
    return parameters


def unknown_to(function: Any, names: Mapping[str, Any]) -> list[str]:
    """Those of `names` that are no parameters of `function`."""
    parameters = inspect.signature(function).parameters
    if any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
        return []
    return [name for name in names if name not in parameters]
