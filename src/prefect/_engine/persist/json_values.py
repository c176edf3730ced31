"""How values that JSON does not know are written as JSON objects, and which of them are made again when read.

An object names its class, and reading it makes an instance. Only classes that the writing side encodes are
accepted: the standard library's values below, enumerations, dataclasses, pydantic models and exceptions.
Whoever can write a stored result cannot make its reader call anything else.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import importlib
import io
import ipaddress
import pathlib
import sys
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, cast

from prefect.exceptions import SerializationError

_CLASS, _DATA, _EXCEPTION, _MESSAGE = "__class__", "data", "__exc_type__", "message"
_CLASS_KEYS = frozenset({_CLASS, _DATA})
_EXCEPTION_KEYS = frozenset({_EXCEPTION, _MESSAGE})
_SCALARS = (str, int, float, bool, type(None))


class _Form(NamedTuple):
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def _encode_bytes(value: bytes) -> str | dict[str, str]:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def _decode_bytes(data: str | dict[str, str]) -> bytes:
    return base64.b64decode(data["base64"]) if isinstance(data, dict) else data.encode()


def _decode_bytearray(data: str | dict[str, str]) -> bytearray:
    return bytearray(_decode_bytes(data))


def _encode_set(values: Iterable[Any]) -> list[Any]:
    return sorted(values, key=repr)


def _decode_set(members: list[Any]) -> set[Any]:
    return set(map(_hashable, members))


def _decode_frozenset(members: list[Any]) -> frozenset[Any]:
    return frozenset(map(_hashable, members))


def _hashable(value: Any) -> Any:
    """A member of a set as it was: JSON turned its tuples into lists."""
    return tuple(_hashable(item) for item in cast("list[Any]", value)) if isinstance(value, list) else value


def _encode_range(value: range) -> list[int]:
    return [value.start, value.stop, value.step]


def _decode_range(data: list[int]) -> range:
    return range(*data)


def _encode_timedelta(value: dt.timedelta) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


def _decode_timedelta(data: list[int]) -> dt.timedelta:
    return dt.timedelta(days=data[0], seconds=data[1], microseconds=data[2])


_VALUES: dict[type[Any], _Form] = {
    bytes: _Form(_encode_bytes, _decode_bytes),
    bytearray: _Form(_encode_bytes, _decode_bytearray),
    complex: _Form(str, complex),
    set: _Form(_encode_set, _decode_set),
    frozenset: _Form(_encode_set, _decode_frozenset),
    deque: _Form(list, deque),
    range: _Form(_encode_range, _decode_range),
    dt.datetime: _Form(dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.date: _Form(dt.date.isoformat, dt.date.fromisoformat),
    dt.time: _Form(dt.time.isoformat, dt.time.fromisoformat),
    dt.timedelta: _Form(_encode_timedelta, _decode_timedelta),
    uuid.UUID: _Form(str, uuid.UUID),
    decimal.Decimal: _Form(str, decimal.Decimal),
    fractions.Fraction: _Form(str, fractions.Fraction),
    pathlib.Path: _Form(str, pathlib.Path),
    pathlib.PurePosixPath: _Form(str, pathlib.PurePosixPath),
    pathlib.PureWindowsPath: _Form(str, pathlib.PureWindowsPath),
    ipaddress.IPv4Address: _Form(str, ipaddress.IPv4Address),
    ipaddress.IPv6Address: _Form(str, ipaddress.IPv6Address),
    ipaddress.IPv4Network: _Form(str, ipaddress.IPv4Network),
    ipaddress.IPv6Network: _Form(str, ipaddress.IPv6Network),
}


def _name(kind: type[Any]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


_BY_NAME = {_name(kind): form for kind, form in _VALUES.items()}


def encode_object(value: Any) -> Any:
    """The JSON form of a value that JSON does not know; raises `SerializationError` if it has none."""
    own: type[Any] = value.__class__
    if isinstance(value, BaseException):
        return {_EXCEPTION: _name(_importable(own)), _MESSAGE: str(value)}
    if isinstance(value, io.IOBase):
        note = f"<an open {own.__name__}; what it holds was not read>"
        return {_CLASS: "builtins.str", _DATA: note}
    for kind in own.__mro__:
        form = _VALUES.get(kind)
        if form is not None:
            return {_CLASS: _name(kind), _DATA: form.encode(value)}
    return {_CLASS: _name(_importable(own)), _DATA: _encode_instance(value, own)}


def _encode_instance(value: Any, own: type[Any]) -> Any:
    if isinstance(value, enum.Enum):
        return value.value if isinstance(value.value, _SCALARS) else {"name": value.name}
    if _is_model(own):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise SerializationError(
        f"A value of type {_name(own)} has no JSON form. Return plain data, a dataclass, an "
        "enumeration or a "
        'pydantic model, or choose `result_serializer="pickle"`.'
    )


def _importable(kind: type[Any]) -> type[Any]:
    if "<locals>" in kind.__qualname__:
        raise SerializationError(
            f"A value of type {_name(kind)} could not be read again, since that class is made inside a "
            "function. "
            "Define it at the top of its module."
        )
    return kind


def decode_object(data: dict[str, Any]) -> Any:
    """The value that a JSON object stands for; an object that names no class is returned as it is.

    Raises `SerializationError` if it names a class that is not accepted or cannot be found.
    """
    keys = data.keys()
    if keys == _CLASS_KEYS and isinstance(data[_CLASS], str):
        return _decode_class(data[_CLASS], data[_DATA])
    if keys == _EXCEPTION_KEYS and isinstance(data[_EXCEPTION], str):
        return _decode_exception(data[_EXCEPTION], data[_MESSAGE])
    return data


def _decode_class(name: str, data: Any) -> Any:
    if name == "builtins.str":
        return data
    form = _BY_NAME.get(name)
    if form is not None:
        return form.decode(data)
    kind = _find(name)
    if issubclass(kind, enum.Enum):
        return kind[data["name"]] if isinstance(data, dict) else kind(data)
    if _is_model(kind):
        return kind.model_validate(data)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
    if dataclasses.is_dataclass(kind):
        return _make_dataclass(kind, data)
    raise SerializationError(
        f"A stored result names the class {name}, which is neither plain data, a dataclass, an "
        "enumeration nor a "
        "pydantic model. It is not made from JSON; give the serializer an `object_decoder` of your own "
        "to allow it."
    )


def _make_dataclass(kind: type[Any], data: dict[str, Any]) -> Any:
    given = {field.name: data.pop(field.name) for field in dataclasses.fields(kind) if field.init}
    made = kind(**given)
    for name, value in data.items():
        object.__setattr__(made, name, value)
    return made


def _decode_exception(name: str, message: str) -> BaseException:
    kind = _find(name)
    if not issubclass(kind, BaseException):
        raise SerializationError(f"A stored result names {name} as an exception, which it is not.")
    try:
        return kind(message)
    except TypeError:  # its constructor takes something else
        made = kind.__new__(kind)
        made.args = (message,)
        return made


def _is_model(kind: type[Any]) -> bool:
    """Whether `kind` is a pydantic model; without importing pydantic where there can be none."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(kind, pydantic.BaseModel)


def _find(name: str) -> type[Any]:
    """The class of this qualified name; classes inside classes are found as well."""
    parts = name.split(".")
    for at in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:at])
        try:
            found: Any = importlib.import_module(module)
        except ModuleNotFoundError as missing:
            if missing.name is not None and not f"{module}.".startswith(f"{missing.name}."):
                raise
            continue
        for part in parts[at:]:
            found = getattr(found, part, None)
        if isinstance(found, type):
            return found
        break
    raise SerializationError(f"A stored result names the class {name}, which cannot be found here.")
