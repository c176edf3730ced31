"""Tables of artifacts: frames of several libraries as lists of rows, cells of any kind as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import BeforeValidator
from pydantic_core import to_jsonable_python

_PLAIN = (str, int, bool, type(None))


def _rows(table: Any) -> Any:
    """A frame of pandas or polars as a list of rows; anything else as it is."""
    if isinstance(table, (list, dict)):
        return cast(Any, table)
    to_dicts = getattr(table, "to_dicts", None)  # polars
    if callable(to_dicts):
        return to_dicts()
    if hasattr(table, "to_dict") and hasattr(table, "columns"):  # pandas
        return table.to_dict(orient="records")
    return table


Table = Annotated[
    dict[str, list[Any]] | list[dict[str, Any]] | list[list[Any]],
    BeforeValidator(_rows),
]


def table_text(table: Any) -> str:
    """`table` as JSON text.

    Dates become ISO text, decimals and ids text, numbers that JSON does not know (NaN, infinities) null;
    numbers and arrays of numpy what they stand for; objects of other types their `str`.
    """
    return json.dumps(_cell(table), allow_nan=False)


def _cell(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value).items()
        return {key if isinstance(key, str) else str(_cell(key)): _cell(item) for key, item in pairs}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_cell(item) for item in cast("list[Any]", value)]
    if hasattr(value, "dtype") and hasattr(value, "tolist"):  # numpy's arrays and numbers
        return _cell(value.tolist())
    if value != value:  # the missing values of frames (NaT, NaN) equal nothing
        return None
    return _cell_of_object(value)


def _cell_of_object(value: Any) -> Any:
    found = to_jsonable_python(value, fallback=str, inf_nan_mode="constants")
    return found if type(found) in _PLAIN else _cell(found)
