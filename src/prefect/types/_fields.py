"""Annotated types for the fields of models."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar, cast

import pydantic
from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr, TypeAdapter
from pydantic.functional_validators import AfterValidator

from prefect._base import lazy
from prefect.types import names

orjson: Any = lazy.module("orjson")

T = TypeVar("T")

MAX_VARIABLE_NAME_LENGTH = names.MAX_VARIABLE_NAME_LENGTH
MAX_VARIABLE_VALUE_LENGTH = 5000

NonNegativeInteger = Annotated[int, Field(ge=0)]
PositiveInteger = Annotated[int, Field(gt=0)]
NonNegativeFloat = Annotated[float, Field(ge=0.0)]
NonNegativeTimeDelta = Annotated[timedelta, Field(ge=timedelta(0))]
StatusCode = Annotated[int, Field(ge=100, le=599)]

Name = Annotated[str, Field(pattern=names.WITHOUT_BANNED_CHARACTERS)]
NameOrEmpty = Annotated[str, Field(pattern=names.WITHOUT_BANNED_CHARACTERS_EMPTY_OK)]
NonEmptyishName = Annotated[
    str, Field(pattern=names.WITHOUT_BANNED_CHARACTERS), BeforeValidator(names.non_emptyish)
]
URILike = Annotated[str, AfterValidator(names.validate_uri)]
ValidAssetKey = Annotated[str, AfterValidator(names.validate_valid_asset_key)]


def check_variable_value(value: object) -> object:
    """`value`, or a `ValueError` if it is too long for a variable once it is JSON."""
    try:
        size = len(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))
    except TypeError:
        raise ValueError("Variable value must be serializable to JSON.") from None
    if size > MAX_VARIABLE_VALUE_LENGTH:
        raise ValueError(f"Variable value must be less than {MAX_VARIABLE_VALUE_LENGTH} characters.")
    return value


StrictVariableValue = Annotated[
    StrictStr | StrictInt | StrictBool | StrictFloat | dict[str, Any] | list[Any] | None,
    BeforeValidator(check_variable_value),
]


def cast_none_to_empty_dict(value: Any) -> dict[str, Any]:
    """An empty dictionary for whatever is empty, else `value`."""
    return value or {}


convert_none_to_empty_dict = cast_none_to_empty_dict

KeyValueLabels = dict[str, StrictBool | StrictInt | StrictFloat | str]
KeyValueLabelsField = Annotated[
    KeyValueLabels, Field(default_factory=dict), BeforeValidator(cast_none_to_empty_dict)
]


def _drop_empty(values: Any) -> Any:
    return [str(value) for value in values if str(value).strip()]


ListOfNonEmptyStrings = Annotated[list[str], BeforeValidator(_drop_empty)]


class SecretDict(pydantic.Secret[dict[str, Any]]):
    """A dictionary that is not shown."""


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)]


def _seconds(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return timedelta(seconds=value)
    return value


SecondsTimeDelta = Annotated[timedelta, BeforeValidator(_seconds)]


def validate_set_T_from_delim_string(
    value: str | T | set[T] | None, type_: Any, delim: str | None = None
) -> set[T]:
    """A set from a text with commas (or `delim`) between the items, from a collection, or from one item."""
    if not value:
        return set()
    adapter: TypeAdapter[T] = TypeAdapter(type_)
    items: Any
    if isinstance(value, str):
        items = [item.strip() for item in value.split(delim or ",") if item.strip()]
        return {adapter.validate_strings(item) for item in items}
    items = cast(Any, value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    return {adapter.validate_python(item) for item in items}


def _status_codes(value: Any) -> set[int]:
    return validate_set_T_from_delim_string(value, StatusCode)


ClientRetryExtraCodes = Annotated[str | StatusCode | set[StatusCode] | None, AfterValidator(_status_codes)]


def parse_retry_delay_input(value: Any) -> Any:
    """Seconds from a text: a number, or several with commas between them; None for an empty text."""
    if not isinstance(value, str):
        return value
    delays = [float(part) for part in value.split(",") if part.strip()]
    if not delays:
        return None
    return delays if "," in value else delays[0]


TaskRetryDelaySeconds = Annotated[
    str | int | float | list[float] | None, BeforeValidator(parse_retry_delay_input)
]


def _from_json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value


JsonStringOrDict = Annotated[dict[str, str], BeforeValidator(_from_json)]
