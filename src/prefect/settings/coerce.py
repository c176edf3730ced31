"""From what a source holds (text, or a value of TOML or Python) to the plain value of a setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from os.path import expanduser
from pathlib import Path
from typing import Any, cast

from prefect._base import lazy
from prefect.settings.catalog import Entry

json: Any = lazy.module("json")

_NONE_IS_EMPTY = frozenset({"any", "names", "names or bool", "list", "codes"})
TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})
FALSE = frozenset({"0", "false", "f", "no", "n", "off"})
# patterns are compiled when the first duration is written as text
_CLOCK = (
    r"(?P<sign>[-+])?(?:(?P<days>\d+)\s*d(?:ays?)?)?,?\s*"
    r"(?:(?P<hours>\d+):(?P<minutes>[0-5]?\d):(?P<seconds>[0-5]?\d(?:\.\d+)?))?"
)
_ISO = (
    r"(?P<sign>[-+])?P(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


class Unfit(ValueError):
    """The value does not fit; the message says what would."""


def coerce(entry: Entry, value: Any) -> Any:
    """The plain value of the setting `entry` for the raw `value`.

    Raises :class:`Unfit` with the words for what is expected.
    """
    kind = entry.kind
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if kind.endswith("?"):
        if value is None:
            return None
        kind = kind[:-1]
    elif value is None and kind not in _NONE_IS_EMPTY:
        raise Unfit(_expected(entry))
    try:
        plain = _BY_KIND[kind](value)
    except (ValueError, TypeError, OverflowError) as bad:
        raise Unfit(_expected(entry)) from bad
    if kind == "choice":
        return _chosen(entry, plain)
    if entry.limits is not None and not _within(entry.limits, plain):
        raise Unfit(_expected(entry))
    return plain


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError


def _int(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if not value.is_integer():
            raise ValueError
        return int(value)
    if not isinstance(value, str):
        raise TypeError
    whole, dot, fraction = value.strip().partition(".")
    if dot and fraction.strip("0"):
        raise ValueError
    return int(whole)


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError
    return float(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, Path)):
        raise TypeError
    return str(value)


def _path(value: Any) -> Path:
    if isinstance(value, Path):
        value = str(value)
    if not isinstance(value, str) or not value:
        raise TypeError
    return Path(expanduser(value))


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, (int, float)):
        return timedelta(seconds=value)
    text = str(value).strip()
    try:
        return timedelta(seconds=float(text))
    except ValueError:
        pass
    match = re.fullmatch(_ISO, text, re.IGNORECASE) or re.fullmatch(_CLOCK, text, re.IGNORECASE)
    parts = {} if match is None else match.groupdict()
    sign = parts.pop("sign", None)
    given = {unit: float(number) for unit, number in parts.items() if number is not None}
    if not given:
        raise ValueError
    return timedelta(**given) * (-1 if sign == "-" else 1)


def _items(value: Any) -> list[Any]:
    """The parts of a list: a JSON array, words separated by commas, a single number, or a Python
    collection.
    """
    if value is None:
        return []
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            return list(json.loads(text))
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [value]
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise TypeError
    return list(cast("Iterable[Any]", value))


def _strings(value: Any) -> list[str]:
    parts = _items(value)
    if not all(isinstance(part, str) for part in parts):
        raise TypeError
    return list(dict.fromkeys(parts))


def _codes(value: Any) -> set[int]:
    """HTTP status codes; 0 and empty mean none."""
    codes = {_int(part) for part in _items(value)} - {0}
    if not all(100 <= code <= 599 for code in codes):
        raise ValueError
    return codes


def _delays(value: Any) -> float | int | list[float] | None:
    """One number of seconds, or one for each retry."""
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if not text.startswith("[") and "," not in text:
            try:
                return int(text)
            except ValueError:
                return float(text)
    elif isinstance(value, (int, float)):
        _float(value)
        return value
    return [_float(part) for part in _items(value)]


def _mapping(value: Any) -> dict[str, Any]:
    found: Any = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, Mapping):
        raise TypeError
    return {str(key): item for key, item in cast("Mapping[Any, Any]", found).items()}


def _texts(value: Any) -> dict[str, str]:
    found = _mapping(value)
    if not all(isinstance(item, str) for item in found.values()):
        raise TypeError
    return found


def _names_or_bool(value: Any) -> bool | set[str]:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if not word or word in FALSE:
            return False
        if word in TRUE:
            return True
    return set(_strings(value))


_BY_KIND: dict[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "int": _int,
    "float": _float,
    "str": _text,
    "secret": _text,
    "choice": _text,
    "path": _path,
    "duration": _duration,
    "names": lambda value: set(_strings(value)),
    "list": _strings,
    "codes": _codes,
    "delays": _delays,
    "texts": _texts,
    "durations": lambda value: {key: _duration(item) for key, item in _mapping(value).items()},
    "names or bool": _names_or_bool,
    "any": lambda value: value,
}

_WORDS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "secret": "a text",
    "path": "a path",
    "duration": 'a duration: seconds, "hours:minutes:seconds" or ISO 8601 such as "PT15M"',
    "names": "names separated by commas",
    "list": "names separated by commas",
    "codes": "HTTP status codes (100 to 599) separated by commas",
    "delays": "a number of seconds, or several separated by commas",
    "texts": 'a JSON object of texts such as {"X-Name": "value"}',
    "durations": 'a JSON object of durations such as {"event.name": "P7D"}',
    "names or bool": "true, false, or names separated by commas",
    "any": "a value",
}


def _expected(entry: Entry) -> str:
    kind = entry.kind.removesuffix("?")
    if kind == "choice":
        words = (entry.limits or "").split()
        return f"one of {', '.join(words)}"
    expected = _WORDS[kind]
    if entry.limits is not None:
        expected += ", " + " and ".join(_bound_in_words(bound) for bound in entry.limits.split())
    return expected


def _bound_in_words(bound: str) -> str:
    operator, limit = _split_bound(bound)
    return {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}[operator] + f" {limit:g}"


def _split_bound(bound: str) -> tuple[str, float]:
    number = bound.lstrip("<>=")
    return bound[: len(bound) - len(number)], float(number)


def _within(limits: str, value: Any) -> bool:
    number = value.total_seconds() if isinstance(value, timedelta) else value
    for bound in limits.split():
        operator, limit = _split_bound(bound)
        fits = {">=": number >= limit, ">": number > limit, "<=": number <= limit, "<": number < limit}
        if not fits[operator]:
            return False
    return True


def _chosen(entry: Entry, word: str) -> str:
    for allowed in (entry.limits or "").split():
        if allowed.lower() == word.strip().lower():
            return allowed
    raise Unfit(_expected(entry))
