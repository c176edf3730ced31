"""Checking lists of models at once."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import SchemaValidator, core_schema

__all__ = ["ListValidator", "validate_list"]

T = TypeVar("T", bound=BaseModel)

ListValidator = SchemaValidator(core_schema.list_schema(items_schema=core_schema.any_schema()))


def validate_list(model: type[T], input: Any) -> list[T]:
    """The elements of `input`, which must be a list, as models; raises pydantic's `ValidationError`."""
    return [model.model_validate(each) for each in ListValidator.validate_python(input)]
