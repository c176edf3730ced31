"""Variables as the API speaks of them: named JSON values that flows share."""

from __future__ import annotations

import json
import math
import re
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from prefect._wire.common import ActionBaseModel, ObjectBaseModel, PrefectBaseModel
from prefect._wire.filters import VariableFilter
from prefect._wire.requests import Page
from prefect._wire.sorts import VariableSort

MAX_VARIABLE_NAME_LENGTH = 255
MAX_VARIABLE_VALUE_LENGTH = 5000

_NAME = re.compile(r"[a-z0-9_-]+")


def check_variable_name(name: str) -> str:
    """The name itself; raises `ValueError` for one that a variable cannot have."""
    if not _NAME.fullmatch(name):
        raise ValueError("A variable's name consists of lowercase letters, digits, dashes and underscores.")
    return name


def check_variable_value(value: object) -> object:
    """The value itself; raises `ValueError` if JSON cannot hold it as it is, or if it is too long."""
    if not _is_json(value):
        raise ValueError(
            "A variable holds text, numbers, booleans, None, or lists and dictionaries of those."
        )
    if len(json.dumps(value)) > MAX_VARIABLE_VALUE_LENGTH:
        raise ValueError(f"The value is longer than {MAX_VARIABLE_VALUE_LENGTH} characters of JSON.")
    return value


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value)
        return all(isinstance(key, str) and _is_json(item) for key, item in items.items())
    if isinstance(value, (list, tuple)):
        elements = cast("list[Any]", value)
        return all(_is_json(element) for element in elements)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, (str, int))


VariableValue = StrictStr | StrictInt | StrictBool | StrictFloat | dict[str, Any] | list[Any] | None
StrictVariableValue = Annotated[VariableValue, BeforeValidator(check_variable_value)]
_Name = Annotated[str, Field(max_length=MAX_VARIABLE_NAME_LENGTH), AfterValidator(check_variable_name)]


class Variable(ObjectBaseModel):
    """A stored variable."""

    name: str = Field(max_length=MAX_VARIABLE_NAME_LENGTH)
    value: VariableValue
    tags: list[str] = Field(default_factory=list)


class VariableCreate(ActionBaseModel):
    """A variable to be created."""

    name: _Name
    value: StrictVariableValue
    tags: list[str] = Field(default_factory=list)


class VariableUpdate(ActionBaseModel):
    """What to change of a variable: the keys that are set.

    The value may be set to None, name and tags cannot.
    """

    name: _Name | None = None
    value: StrictVariableValue = None
    tags: list[str] | None = None


class VariablesCount(PrefectBaseModel):
    """Which variables."""

    variables: VariableFilter | None = None


class VariablesFilter(VariablesCount, Page):
    """Which variables, in which order."""

    sort: VariableSort = VariableSort.NAME_ASC
