"""Named statements as PostgreSQL takes them: numbered parameters, and other words for a few idioms.

Statements are written once, in SQL that both databases know. What this module puts into other words is the
handling of JSON lists and members, which no portable SQL has; anything else that differs is written twice in
the ``.sql`` file.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from prefect._store.postgres import schema

_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:(?P<name>[A-Za-z_]\w*)")
_LIST = r"SELECT\s+(?:\w+\.)?value\s+FROM\s+json_each\(\s*:(\w+)\s*\)(?:\s+AS\s+\w+)?"
_IN = re.compile(rf"([\w.]+)\s+IN\s*\(\s*{_LIST}\s*\)", re.IGNORECASE)
_NOT_IN = re.compile(rf"([\w.]+)\s+NOT\s+IN\s*\(\s*{_LIST}\s*\)", re.IGNORECASE)
_EACH = re.compile(r"json_each\(\s*([:\w.]+)\s*\)(?:\s+AS\s+(\w+))?", re.IGNORECASE)
_MEMBER = re.compile(r"json_extract\(\s*([:\w.]+)\s*,\s*'\$\.(\w+)'\s*\)", re.IGNORECASE)
_DIFFERS = re.compile(r"\bIS\s+NOT\s+(?=\w+\.\w)", re.IGNORECASE)
_ORDER = re.compile(
    r"(\bORDER\s+BY\s+)((?:[^()';]|\([^()]*\))+?)(?=\s+(?:LIMIT|OFFSET|FOR)\b|\s*[);]|\s*$)", re.IGNORECASE
)
_TELLS = re.compile(r"\bINTO\s+outbox\b", re.IGNORECASE)


class Compiled(NamedTuple):
    """What is sent. `names` are those of the parameters ``$1``, ``$2`` and so on."""

    text: str
    names: tuple[str, ...]
    tells: bool
    """Whether it enters something into the log of what happened."""


@lru_cache(maxsize=4096)
def compiled(text: str) -> Compiled:
    """The statement `text`, which names its parameters ``:name``, for PostgreSQL."""
    text = _other_words(text)
    names: dict[str, int] = {}

    def number(token: re.Match[str]) -> str:
        name = token["name"]
        if name is None:
            return token[0]
        return f"${names.setdefault(name, len(names) + 1)}"

    return Compiled(_TOKEN.sub(number, text), tuple(names), _TELLS.search(text) is not None)


def _other_words(text: str) -> str:
    text = _NOT_IN.sub(r"\1::text <> ALL(ARRAY(SELECT json_array_elements_text(:\2::text::json)))", text)
    text = _IN.sub(r"\1::text = ANY(ARRAY(SELECT json_array_elements_text(:\2::text::json)))", text)
    text = _EACH.sub(
        lambda call: f"json_array_elements_text({call[1]}::text::json) AS {call[2] or 'json_each'}(value)",
        text,
    )
    text = _DIFFERS.sub("IS DISTINCT FROM ", text)
    text = _MEMBER.sub(r"(\1::json ->> '\2')", text)
    return _ORDER.sub(lambda clause: clause[1] + ", ".join(map(_placed, schema.top_level(clause[2]))), text)


def _placed(term: str) -> str:
    """A term of ORDER BY, with the place of nulls as in SQLite where there can be any."""
    words = term.split()
    direction = words[-1].upper() if words[-1].upper() in ("ASC", "DESC") else ""
    column = term[: len(term) - len(direction)].rstrip() if direction else term
    table, _, name = column.rpartition(".") if "(" not in column else ("", "", column)
    if name.lower().startswith("coalesce(") or _may_be_null(table, name):
        return f"{term} NULLS {'LAST' if direction == 'DESC' else 'FIRST'}"
    return term


def _may_be_null(table: str, column: str) -> bool:
    tables = schema.nullable()
    if table in tables:
        return column in tables[table]
    return column.endswith("_us") and any(column in columns for columns in tables.values())
