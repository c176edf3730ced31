"""From what came over the wire to the arguments of an operation: decoded once, checked once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from prefect._api.problems import BadRequest
from prefect._base import jsontext
from prefect._base.block_secrets import MASK
from prefect._base.jsontext import TooDeep
from prefect._wire.operation import Operation, resolve

_MISSING_BODY = [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}]
# operations that are sent the data of blocks, whose secrets are not told to anybody
_WITH_SECRETS = frozenset({"block_documents.create", "block_documents.update"})
# the kinds of query parameters; a trailing "?" says that one may be left out
QUERY_TYPES: Mapping[str, Any] = {
    "uuid": UUID,
    "datetime": datetime,
    "text": str,
    "string": str,
    "str": str,
    "bool": bool,
    "boolean": bool,
    "int": int,
    "integer": int,
    "float": float,
    "number": float,
}


@cache
def adapter(reference: str) -> TypeAdapter[Any]:
    """What checks values against the type that ``"module:Type"`` names."""
    return TypeAdapter(resolve(reference))


@cache
def _query_adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(QUERY_TYPES[kind])


def body_argument(operation: Operation, raw: bytes) -> Any:
    """The body of a request as JSON-shaped values, ids and instants canonical; only keys that were sent.

    A body that is optional may be left out, as that of any request that only reads. Raises `BadRequest`.
    """
    assert operation.body is not None
    if not raw:
        if operation.reads or operation.body_optional:
            raw = b"{}"
        else:
            raise BadRequest(_MISSING_BODY, None)
    is_secret = operation.name in _WITH_SECRETS
    try:
        sent = jsontext.bounded(raw)
    except TooDeep as deep:
        raise _too_deep(deep) from None
    except ValueError:
        raise _not_json(MASK.encode() if is_secret else raw) from None
    checked = adapter(operation.body)
    try:
        value = checked.validate_python(sent)
    except ValidationError as error:
        errors = _errors(error, "body")
        if is_secret:
            errors = [_veiled(each | {"input": MASK} if "data" in each["loc"] else each) for each in errors]
            sent = _veiled(sent)
        raise BadRequest(errors, sent) from None
    return checked.dump_python(value, mode="json", exclude_unset=True)


def query_arguments(operation: Operation, given: Mapping[str, str]) -> dict[str, Any]:
    """The declared parameters of the query, converted. Raises `BadRequest`."""
    found: dict[str, Any] = {}
    errors: list[dict[str, Any]] = []
    for name, declared in operation.query.items():
        text = given.get(name)
        if text is None:
            if not declared.endswith("?"):
                errors.append(
                    {"type": "missing", "loc": ["query", name], "msg": "Field required", "input": None}
                )
            continue
        checked = _query_adapter(declared.removesuffix("?"))
        try:
            found[name.replace("-", "_")] = checked.dump_python(checked.validate_python(text), mode="json")
        except ValidationError as error:
            errors.extend(_errors(error, "query", name))
    if errors:
        raise BadRequest(errors, None)
    return found


def _errors(error: ValidationError, *prefix: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for detail in error.errors(include_url=False):
        told: dict[str, Any] = {**detail, "loc": [*prefix, *detail["loc"]]}
        told["input"] = _plain(told.get("input"))
        if "ctx" in told:
            told["ctx"] = {key: _plain(value) for key, value in told["ctx"].items()}
        found.append(told)
    return found


def _veiled(value: Any) -> Any:
    """`value` without what is in a block: clients write a refusal into their logs."""
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        return {key: MASK if key == "data" else _veiled(inner) for key, inner in given.items()}
    if isinstance(value, list):
        return [_veiled(inner) for inner in cast("list[Any]", value)]
    return value


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)  # pyright: ignore[reportUnknownVariableType]


def _too_deep(deep: TooDeep) -> BadRequest:
    return BadRequest([{"type": "too_deep", "loc": ["body"], "msg": str(deep), "input": None}], None)


def _not_json(raw: bytes) -> BadRequest:
    text = raw.decode("utf-8", "replace")
    position, reason = 0, "Expecting value"
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        position, reason = error.pos, error.msg
    except RecursionError:
        return _too_deep(TooDeep())
    detail = {
        "type": "json_invalid",
        "loc": ["body", position],
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": reason},
    }
    return BadRequest([detail], text)
