"""Calling functions by their parameters: binding, variadics, map calls, and the schema of the parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from inspect import Parameter
from typing import TYPE_CHECKING, Any, TypeVar, cast

from prefect._base import lazy
from prefect._base.binding import binder
from prefect.exceptions import (
    MappingLengthMismatch,
    MappingMissingIterable,
    ReservedArgumentError,
)
from prefect.exceptions import ParameterBindError as ParameterBindError
from prefect.utilities.annotations import BaseAnnotation, unmapped
from prefect.utilities.annotations import allow_failure as allow_failure
from prefect.utilities.annotations import quote as quote
from prefect.utilities.collections import isiterable

if TYPE_CHECKING:
    from prefect.utilities._parameter_schema import (
        ParameterSchema,
        parameter_docstrings,
        parameter_schema,
        parameter_schema_from_entrypoint,
    )

cloudpickle: Any = lazy.module("cloudpickle")

R = TypeVar("R")

_SCHEMA = "prefect.utilities._parameter_schema"
__getattr__, __dir__ = lazy.names(
    __name__,
    {
        "ParameterSchema": _SCHEMA,
        "generate_parameter_schema": _SCHEMA,
        "parameter_docstrings": _SCHEMA,
        "parameter_schema": _SCHEMA,
        "parameter_schema_from_entrypoint": _SCHEMA,
    },
)


# ------------------------------------------------------------------ binding


def get_call_parameters(
    fn: Callable[..., Any],
    call_args: tuple[Any, ...],
    call_kwargs: dict[str, Any],
    apply_defaults: bool = True,
) -> dict[str, Any]:
    """The values of the parameters of `fn` in this call, by name, in the order of the signature.

    Variadic parameters appear under their own names, as a tuple and as a dictionary. Raises
    `ParameterBindError`, which says what does not fit.
    """
    bound = binder(fn)
    if apply_defaults:
        return bound.bind(fn, call_args, call_kwargs)
    return bound.bind_slowly(fn, call_args, call_kwargs, False)


def get_parameter_defaults(fn: Callable[..., Any]) -> dict[str, Any]:
    """The default values by the names of the parameters that have one."""
    parameters = binder(fn).signature.parameters
    return {name: p.default for name, p in parameters.items() if p.default is not Parameter.empty}


def parameters_to_args_kwargs(
    fn: Callable[..., Any], parameters: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments with which `fn` is to be called so that its parameters get these values.

    Raises `SignatureMismatchError` if there are names that the function does not have.
    """
    return binder(fn).arguments(parameters)


def call_with_parameters(fn: Callable[..., R], parameters: dict[str, Any]) -> R:
    """Call `fn` with these values of its parameters."""
    args, kwargs = parameters_to_args_kwargs(fn, parameters)
    return fn(*args, **kwargs)


def cloudpickle_wrapped_call(__fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[[], bytes]:
    """A call that survives plain pickling: calling what this returns gives the result, pickled."""
    payload = cloudpickle.dumps((__fn, args, kwargs))
    return partial(_run_pickled_call, payload)


def _run_pickled_call(payload: bytes) -> bytes:
    fn, args, kwargs = cloudpickle.loads(payload)
    return cloudpickle.dumps(fn(*args, **kwargs))


def raise_for_reserved_arguments(fn: Callable[..., Any], reserved_arguments: Iterable[str]) -> None:
    """Raise `ReservedArgumentError` if a parameter of `fn` has one of these names."""
    parameters = binder(fn).signature.parameters
    for name in reserved_arguments:
        if name in parameters:
            raise ReservedArgumentError(f"{name!r} is a reserved argument name; rename this parameter.")


# ------------------------------------------------------------------ variadic keywords


def _variadic_keyword(fn: Callable[..., Any]) -> str | None:
    for name, parameter in binder(fn).signature.parameters.items():
        if parameter.kind is Parameter.VAR_KEYWORD:
            return name
    return None


def explode_variadic_parameter(fn: Callable[..., Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Put the items of the variadic keyword parameter, if there is one, beside the other parameters."""
    variadic = _variadic_keyword(fn)
    if variadic is None or variadic not in parameters:
        return parameters
    exploded = {name: value for name, value in parameters.items() if name != variadic}
    return {**exploded, **parameters[variadic]}


def collapse_variadic_parameters(fn: Callable[..., Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """The inverse: gather what is no parameter of its own under the variadic keyword parameter.

    Raises `ValueError` if there are such names and the function takes none.
    """
    known = binder(fn).signature.parameters
    variadic = _variadic_keyword(fn)
    strangers = [name for name in parameters if name not in known or name == variadic]
    if not strangers:
        return parameters
    if variadic is None:
        raise ValueError(
            f"{fn!r} has no parameters named {strangers} and takes no further keyword arguments."
        )
    collapsed = {name: value for name, value in parameters.items() if name not in strangers}
    collapsed[variadic] = {name: parameters[name] for name in strangers}
    return collapsed


# ------------------------------------------------------------------ map calls


def expand_mapping_parameters(fn: Callable[..., Any], parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters of each call of a map call.

    What is worth iterating over is mapped, `unmapped` values and plain ones go to each call; defaults are
    never mapped. Other annotations stay around each item. Raises `MappingMissingIterable` if nothing is
    mapped and `MappingLengthMismatch` if the iterables differ in length.
    """
    mapped: dict[str, list[Any]] = {}
    static: dict[str, Any] = {}
    for name, value in explode_variadic_parameter(fn, parameters).items():
        _sort_out(name, value, mapped, static)
    if not mapped:
        raise MappingMissingIterable(
            "No iterable parameters were received. Parameters for map must include at least one iterable. "
            f"Parameters: {parameters}"
        )
    lengths = {name: len(values) for name, values in mapped.items()}
    if len(set(lengths.values())) > 1:
        raise MappingLengthMismatch(
            "Received iterable parameters with different lengths. Parameters for map must all be the same "
            f"length. Got lengths: {lengths}"
        )
    defaults = get_parameter_defaults(fn)
    calls: list[dict[str, Any]] = []
    for row in zip(*mapped.values(), strict=True):
        call = {**dict(zip(mapped, row, strict=True)), **static}
        missing = {name: value for name, value in defaults.items() if name not in call}
        calls.append(collapse_variadic_parameters(fn, {**call, **missing}))
    return calls


def _sort_out(name: str, value: Any, mapped: dict[str, list[Any]], static: dict[str, Any]) -> None:
    if isinstance(value, unmapped):
        static[name] = cast("unmapped[Any]", value).value
    elif isinstance(value, BaseAnnotation):
        annotation = cast("BaseAnnotation[Any]", value)
        inner = annotation.unwrap()
        if isinstance(inner, unmapped):
            static[name] = annotation.rewrap(cast("unmapped[Any]", inner).value)
        elif isiterable(inner):
            mapped[name] = [annotation.rewrap(item) for item in inner]
        else:
            static[name] = annotation
    elif isiterable(value):
        mapped[name] = list(value)
    else:
        static[name] = value


__all__ = [
    "ParameterBindError",
    "ParameterSchema",
    "call_with_parameters",
    "cloudpickle_wrapped_call",
    "collapse_variadic_parameters",
    "expand_mapping_parameters",
    "explode_variadic_parameter",
    "get_call_parameters",
    "get_parameter_defaults",
    "parameter_docstrings",
    "parameter_schema",
    "parameter_schema_from_entrypoint",
    "parameters_to_args_kwargs",
    "raise_for_reserved_arguments",
]
