"""Parameters of flows: validated and coerced by their annotations, and told to the API as JSON."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from prefect._base import jsontext, lazy
from prefect._base.shapes import type_of
from prefect._engine import result
from prefect._engine.future import PrefectFuture
from prefect.exceptions import ParameterTypeError

if TYPE_CHECKING:
    from prefect.flows import Flow

validation: Any = lazy.module("prefect._engine.validation")

_SCALARS = frozenset({int, str, float, bool})
_SCALAR_NAMES = {kind.__name__: kind for kind in _SCALARS}
_JSON_SCALARS = frozenset({int, str, float, bool, type(None)})


def fit_as_they_are(fn: Callable[..., Any], parameters: Mapping[str, Any]) -> bool:
    """Whether validation could change nothing: each annotated parameter is a plain scalar of just that type.

    It spares most flows the validating library, whose import costs more than all the rest of a small run.
    """
    fn = inspect.unwrap(fn)
    fn = getattr(fn, "__func__", fn)
    annotations: dict[str, Any] | None = getattr(fn, "__annotations__", None)
    if annotations is None or _has_described_default(fn):
        return False
    names = getattr(fn, "__globals__", {})
    for name, hint in annotations.items():
        if name == "return":
            continue
        if isinstance(hint, str):  # postponed annotations are texts
            hint = None if hint in names else _SCALAR_NAMES.get(hint)
        if hint not in _SCALARS or type_of(parameters.get(name)) is not hint:
            return False
    return True


def _has_described_default(fn: Callable[..., Any]) -> bool:
    by_name: dict[str, Any] = getattr(fn, "__kwdefaults__", None) or {}
    defaults: tuple[Any, ...] = (getattr(fn, "__defaults__", None) or ()) + tuple(by_name.values())
    return any(type(default).__name__ == "FieldInfo" for default in defaults)


def validated(flow: Flow[..., Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as the annotations of the flow's function demand them.

    Raises `ParameterTypeError`, which names each parameter that does not fit and what is wrong with it.
    """
    if fit_as_they_are(flow.fn, parameters) and not _has_references(parameters):
        return dict(parameters)
    return validation.validated(flow.fn, parameters)


def _has_references(value: Any) -> bool:
    if isinstance(value, Mapping):
        named = cast("Mapping[Any, Any]", value)
        return "$ref" in named or any(map(_has_references, named.values()))
    if not isinstance(value, list):
        return False
    elements = cast("list[Any]", value)
    return len(elements) <= 1000 and any(map(_has_references, elements))


def told(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as JSON values for the record of the run.

    What JSON cannot hold, and every future or state, is shown as ``"<TypeName>"``; a function's own instance
    or class is left out.
    """
    return {name: _told(value) for name, value in parameters.items() if name not in ("self", "cls")}


def _told(value: Any) -> Any:
    kind = type_of(value)
    if kind in _JSON_SCALARS:
        return value
    if isinstance(value, PrefectFuture) or result.is_state(value):
        return f"<{kind.__name__}>"
    try:
        return (
            jsontext.loads(jsontext.dumps(value))
            if kind in (list, dict, tuple)
            else validation.to_json(value)
        )
    except Exception:  # noqa: BLE001 - the user's objects may raise anything while they are looked at
        try:
            return validation.to_json(value)
        except Exception:  # noqa: BLE001 - as above; the run itself is not concerned
            return f"<{kind.__name__}>"


__all__ = ["ParameterTypeError", "fit_as_they_are", "told", "validated"]
