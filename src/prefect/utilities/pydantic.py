"""Additions to pydantic models: half-filled ones, pickling by value, secrets in their output."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, Literal, TypeVar, cast

import pydantic
from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_jsonable_python

from prefect._base import lazy
from prefect.utilities.dispatch import get_dispatch_key, lookup_type, register_base_type
from prefect.utilities.importtools import from_qualified_name, to_qualified_name

cloudpickle: Any = lazy.module("cloudpickle")
names: Any = lazy.module("prefect.utilities.names")
collections: Any = lazy.module("prefect.utilities.collections")

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

_MISSING = object()


class PartialModel(Generic[M]):
    """A model that is filled bit by bit and checked at the end.

    >>> partial = PartialModel(SomeModel, a=1)
    >>> partial.finalize(b=2)
    SomeModel(a=1, b=2)
    """

    def __init__(self, __model_cls: type[M], **kwargs: Any) -> None:
        self.model_cls = __model_cls
        for name in kwargs:
            self.raise_if_not_in_model(name)
        self.fields: dict[str, Any] = kwargs

    def finalize(self, **kwargs: Any) -> M:
        """The model, with these fields added. A field that is set already is a `ValueError`."""
        for name in kwargs:
            self.raise_if_already_set(name)
            self.raise_if_not_in_model(name)
        return self.model_cls(**self.fields, **kwargs)

    def raise_if_already_set(self, name: str) -> None:
        if name in self.fields:
            raise ValueError(f"Field {name!r} has already been set.")

    def raise_if_not_in_model(self, name: str) -> None:
        if name not in self.model_cls.model_fields:
            raise ValueError(f"Field {name!r} is not present in the model.")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("fields", "model_cls"):
            super().__setattr__(name, value)
            return
        self.raise_if_already_set(name)
        self.raise_if_not_in_model(name)
        self.fields[name] = value

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"PartialModel(cls={self.model_cls.__name__}, {fields})"


def add_cloudpickle_reduction(__model_cls: type[M] | None = None, **kwargs: Any) -> Any:
    """Class decorator: pickle models by what they hold, with cloudpickle, whatever it is.

    `kwargs` go to the model's `model_dump`.
    """
    if __model_cls is None:
        return partial(_reduce_by_cloudpickle, **kwargs)
    return _reduce_by_cloudpickle(__model_cls, **kwargs)


def _reduce_by_cloudpickle(model_cls: type[M], **kwargs: Any) -> type[M]:

    def __reduce__(self: BaseModel) -> tuple[Any, ...]:
        return _unpickle_model, (type(self), cloudpickle.dumps(dict(self)), self.model_fields_set, kwargs)

    cast(Any, model_cls).__reduce__ = __reduce__
    return model_cls


def _unpickle_model(cls: type[M], held: bytes, fields_set: set[str], _: dict[str, Any]) -> M:
    return cls.model_construct(_fields_set=fields_set, **cloudpickle.loads(held))


def get_class_fields_only(model: type[BaseModel]) -> set[str]:
    """The fields that a model declares itself, without those of its bases."""
    inherited = {
        name
        for base in model.__mro__[1:]
        if issubclass(base, BaseModel) and base is not BaseModel
        for name in base.model_fields
    }
    declared = inspect.get_annotations(model)
    return {name for name in model.model_fields if name in declared or name not in inherited}


def custom_pydantic_encoder(type_encoders: dict[Any, Callable[[Any], Any]], obj: Any) -> Any:
    """`obj` in terms of JSON, with functions of one's own for some types."""
    for base in type(obj).__mro__[:-1]:
        if base in type_encoders:
            return type_encoders[base](obj)
    if isinstance(obj, BaseModel):
        return obj.model_dump(mode="json")
    return to_jsonable_python(obj)


def handle_secret_render(value: object, context: dict[str, Any]) -> object:
    """A field as ``context={"include_secrets": ...}`` wants it: secrets shown or made unreadable."""
    include = context.get("include_secrets", False)

    def show(node: Any) -> Any:
        if isinstance(node, (pydantic.SecretStr, pydantic.SecretBytes, pydantic.Secret)):
            return cast(Any, node).get_secret_value() if include else names.obfuscate(node)
        return node

    if isinstance(value, BaseModel):
        return value.model_dump(context=context)
    return collections.visit_collection(value, show, return_data=True)


def parse_obj_as(type_: type[T], data: Any, mode: Literal["python", "json", "strings"] = "python") -> T:
    """`data` validated as a `type_`, which may be any annotation."""
    adapter: TypeAdapter[T] = TypeAdapter(type_)
    if type_ is list and isinstance(data, dict):
        data = next(iter(cast(dict[Any, Any], data).values()))
    return getattr(adapter, f"validate_{mode}")(data)


__all__ = [
    "PartialModel",
    "add_cloudpickle_reduction",
    "custom_pydantic_encoder",
    "from_qualified_name",
    "get_class_fields_only",
    "get_dispatch_key",
    "handle_secret_render",
    "lookup_type",
    "parse_obj_as",
    "register_base_type",
    "to_qualified_name",
]
