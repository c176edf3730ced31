"""Types of the fields of models, and what names may look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy
from prefect.types.names import BANNED_CHARACTERS, MAX_VARIABLE_NAME_LENGTH, WITHOUT_BANNED_CHARACTERS

if TYPE_CHECKING:
    from prefect.types._datetime import Date, DateTime
    from prefect.types._fields import (
        MAX_VARIABLE_VALUE_LENGTH,
        ClientRetryExtraCodes,
        JsonStringOrDict,
        KeyValueLabels,
        KeyValueLabelsField,
        ListOfNonEmptyStrings,
        LogLevel,
        Name,
        NameOrEmpty,
        NonEmptyishName,
        NonNegativeFloat,
        NonNegativeInteger,
        NonNegativeTimeDelta,
        PositiveInteger,
        SecondsTimeDelta,
        SecretDict,
        StatusCode,
        StrictVariableValue,
        TaskRetryDelaySeconds,
        URILike,
        ValidAssetKey,
        cast_none_to_empty_dict,
        check_variable_value,
        convert_none_to_empty_dict,
        parse_retry_delay_input,
        validate_set_T_from_delim_string,
    )

_FIELDS = "prefect.types._fields"
_NAMES = {
    "Date": "prefect.types._datetime",
    "DateTime": "prefect.types._datetime",
    "ClientRetryExtraCodes": _FIELDS,
    "JsonStringOrDict": _FIELDS,
    "KeyValueLabels": _FIELDS,
    "KeyValueLabelsField": _FIELDS,
    "ListOfNonEmptyStrings": _FIELDS,
    "LogLevel": _FIELDS,
    "MAX_VARIABLE_VALUE_LENGTH": _FIELDS,
    "Name": _FIELDS,
    "NameOrEmpty": _FIELDS,
    "NonEmptyishName": _FIELDS,
    "NonNegativeFloat": _FIELDS,
    "NonNegativeInteger": _FIELDS,
    "NonNegativeTimeDelta": _FIELDS,
    "PositiveInteger": _FIELDS,
    "SecondsTimeDelta": _FIELDS,
    "SecretDict": _FIELDS,
    "StatusCode": _FIELDS,
    "StrictVariableValue": _FIELDS,
    "TaskRetryDelaySeconds": _FIELDS,
    "URILike": _FIELDS,
    "ValidAssetKey": _FIELDS,
    "cast_none_to_empty_dict": _FIELDS,
    "check_variable_value": _FIELDS,
    "convert_none_to_empty_dict": _FIELDS,
    "parse_retry_delay_input": _FIELDS,
    "validate_set_T_from_delim_string": _FIELDS,
}

__all__ = [
    "BANNED_CHARACTERS",
    "ClientRetryExtraCodes",
    "Date",
    "DateTime",
    "JsonStringOrDict",
    "KeyValueLabels",
    "KeyValueLabelsField",
    "ListOfNonEmptyStrings",
    "LogLevel",
    "MAX_VARIABLE_NAME_LENGTH",
    "MAX_VARIABLE_VALUE_LENGTH",
    "Name",
    "NameOrEmpty",
    "NonEmptyishName",
    "NonNegativeFloat",
    "NonNegativeInteger",
    "NonNegativeTimeDelta",
    "PositiveInteger",
    "SecondsTimeDelta",
    "SecretDict",
    "StatusCode",
    "StrictVariableValue",
    "TaskRetryDelaySeconds",
    "URILike",
    "ValidAssetKey",
    "WITHOUT_BANNED_CHARACTERS",
    "cast_none_to_empty_dict",
    "check_variable_value",
    "convert_none_to_empty_dict",
    "parse_retry_delay_input",
    "validate_set_T_from_delim_string",
]

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
