"""Secrets in values that are written out: shown only where somebody asks for that."""

from __future__ import annotations

from typing import Any, cast

from pydantic import BaseModel, Secret, SecretBytes, SecretStr
from pydantic_core import to_jsonable_python

_SECRETS = (SecretStr, SecretBytes, Secret)


def is_secret(value: object) -> bool:
    """Whether `value` is one of pydantic's secrets."""
    return isinstance(value, _SECRETS)


def revealed(value: Any, dumped: Any) -> Any:
    """`dumped`, the JSON form of `value`, with the secrets shown that it hides."""
    if isinstance(value, _SECRETS):
        return to_jsonable_python(cast(Any, value).get_secret_value(), fallback=str)
    if isinstance(value, BaseModel) and isinstance(dumped, dict):
        return _revealed_model(value, cast("dict[str, Any]", dumped))
    if isinstance(value, dict) and isinstance(dumped, dict):
        return _revealed_dict(cast("dict[Any, Any]", value), cast("dict[str, Any]", dumped))
    if isinstance(value, (list, tuple, set, frozenset)) and isinstance(dumped, (list, tuple, set, frozenset)):
        items, forms = cast("list[Any]", value), cast("list[Any]", dumped)
        if len(items) == len(forms):
            return [revealed(item, form) for item, form in zip(items, forms, strict=True)]
    return dumped  # pyright: ignore[reportUnknownVariableType]


def _revealed_dict(value: dict[Any, Any], dumped: dict[str, Any]) -> dict[str, Any]:
    if len(value) != len(dumped):  # what was left out cannot be told
        return dumped
    pairs = zip(value.values(), dumped.items(), strict=True)
    return {key: revealed(item, form) for item, (key, form) in pairs}


def _revealed_model(value: BaseModel, dumped: dict[str, Any]) -> dict[str, Any]:
    shown = dict(dumped)
    for name, field in type(value).model_fields.items():
        key = name if name in dumped else field.serialization_alias or field.alias
        if key in dumped:
            shown[key] = revealed(getattr(value, name, None), dumped[key])
    return shown
