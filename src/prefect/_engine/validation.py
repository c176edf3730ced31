"""Validation of a flow's parameters with pydantic; imported only for flows that annotate them."""

from __future__ import annotations

import inspect
import typing
import weakref
from collections.abc import Callable, Mapping
from typing import Any, cast

import pydantic
import pydantic_core
from pydantic.fields import FieldInfo

from prefect._base import lazy
from prefect.exceptions import ParameterTypeError

blocks: Any = lazy.module("prefect.blocks.core")

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_models: weakref.WeakKeyDictionary[Any, dict[str, tuple[pydantic.TypeAdapter[Any], bool]]] = (
    weakref.WeakKeyDictionary()
)


def validated(fn: Callable[..., Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Each parameter validated by its annotation in pydantic's lax mode, once block references are loaded."""
    adapters = _adapters(fn)
    values: dict[str, Any] = {}
    lines: list[str] = []
    for name, value in parameters.items():
        value = _loaded(name, value)
        adapter, variadic = adapters.get(name, (None, False))
        if adapter is None:
            values[name] = value
            continue
        try:
            values[name] = _validate(adapter, value, variadic)
        except pydantic.ValidationError as error:
            lines += [
                f" - {'.'.join([name, *map(str, detail['loc'])])}: {detail['msg']}"
                for detail in error.errors()
            ]
    if lines:
        raise ParameterTypeError("\n".join(["Flow run received invalid parameters:", *lines]))
    return values


def _validate(adapter: pydantic.TypeAdapter[Any], value: Any, variadic: bool) -> Any:
    if not variadic:
        return adapter.validate_python(value)
    if isinstance(value, Mapping):
        named = cast("Mapping[str, Any]", value)
        return {key: adapter.validate_python(each) for key, each in named.items()}
    return tuple(adapter.validate_python(each) for each in value)


def _adapters(fn: Callable[..., Any]) -> dict[str, tuple[pydantic.TypeAdapter[Any], bool]]:
    plain = getattr(inspect.unwrap(fn), "__func__", inspect.unwrap(fn))
    try:
        found = _models.get(plain)
    except TypeError:  # a callable that cannot be referred to weakly
        return _build(fn)
    if found is None:
        found = _models[plain] = _build(fn)
    return found


def _build(fn: Callable[..., Any]) -> dict[str, tuple[pydantic.TypeAdapter[Any], bool]]:
    try:
        hints = typing.get_type_hints(fn, include_extras=True)
    except (NameError, TypeError):
        hints = {}
    adapters: dict[str, tuple[pydantic.TypeAdapter[Any], bool]] = {}
    config = pydantic.ConfigDict(arbitrary_types_allowed=True)
    for name, parameter in inspect.signature(fn).parameters.items():
        hint = hints.get(name, parameter.annotation)
        if hint is inspect.Parameter.empty or isinstance(hint, str):
            continue
        if isinstance(parameter.default, FieldInfo):
            hint = typing.Annotated[hint, parameter.default]
        adapters[name] = (_adapter(hint, config), parameter.kind in _VARIADIC)
    return adapters


def _adapter(hint: Any, config: pydantic.ConfigDict) -> pydantic.TypeAdapter[Any]:
    try:
        return pydantic.TypeAdapter(hint, config=config)
    except pydantic.PydanticUserError:  # types that carry a configuration of their own take no other
        return pydantic.TypeAdapter(hint)


def _loaded(name: str, value: Any) -> Any:
    """`value` with every ``{"$ref": ...}`` replaced by the block that it names."""
    if isinstance(value, dict):
        if "$ref" in value:
            try:
                return blocks.Block.load_from_ref(value["$ref"], _sync=True)
            except Exception as error:
                raise ParameterTypeError(
                    f"Parameter {name!r} names a block that cannot be loaded ({value['$ref']!r}): {error}"
                ) from error
        return {key: _loaded(name, each) for key, each in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list):
        return [_loaded(name, each) for each in cast("list[Any]", value)]
    return value


def field_default(value: Any) -> Any:
    """The default that a ``Field(...)`` stands for; any other value as it is."""
    if isinstance(value, FieldInfo):
        return value.get_default(call_default_factory=True)
    return value


def to_json(value: Any) -> Any:
    """`value` as JSON: models, dataclasses, dates and sets in their JSON form, else its attributes."""
    return pydantic_core.to_jsonable_python(value, fallback=vars)
