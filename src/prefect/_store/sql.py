"""Named statements: SQL lives in ``.sql`` files beside the code that uses it.

::

    -- name: variable_by_name
    -- One variable, by its name.
    SELECT * FROM variable WHERE name = :name;

``sql = Queries(__file__)`` reads the ``queries.sql`` beside the caller; ``sql.variable_by_name`` is the
statement. A database that needs another text gets it under the same name, ``-- name: variable_by_name
(postgres)``, or after a line ``-- dialect: postgres``. Parts in braces, as in ``WHERE {where}``, are filled
with compiled conditions by :meth:`Statement.fill`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from prefect._store.dialect import Dialect

_NAME = re.compile(r"^-- name: *(\w+(?: *\(\w+\))?) *$", re.MULTILINE)
_DIALECT = re.compile(r"^-- dialect: *(\w+) *$", re.MULTILINE)
_PART = re.compile(r"{(\w+)}")


class Part(Protocol):
    """A piece of SQL that is known only when the dialect is; it adds its own parameters to `params`."""

    def render(self, dialect: Dialect, params: dict[str, Any]) -> str: ...


@dataclass(frozen=True, slots=True)
class Statement:
    """One named statement. `text` serves all dialects that have no entry in `variants`."""

    name: str
    text: str
    purpose: str = ""
    variants: Mapping[str, str] = field(default_factory=dict[str, str])

    def for_dialect(self, dialect: str) -> str:
        return self.variants.get(dialect, self.text) if self.variants else self.text

    def fill(self, **parts: Part) -> Filled:
        """The statement with its ``{part}`` places filled; each must be given, and no other."""
        return Filled(self, parts)


@dataclass(frozen=True, slots=True)
class Filled:
    """A statement together with what fills its places."""

    statement: Statement
    parts: Mapping[str, Part]

    def render(self, dialect: Dialect, params: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Final text and parameters."""
        text = self.statement.for_dialect(dialect.name)
        places = set(_PART.findall(text))
        if places != set(self.parts):
            raise ValueError(
                f"statement {self.statement.name!r} has the places {places}, got {set(self.parts)}"
            )
        merged = dict(params)
        return _PART.sub(lambda place: self.parts[place[1]].render(dialect, merged), text), merged


AnyStatement: TypeAlias = Statement | Filled


class Queries:
    """The statements of one ``.sql`` file, by name, as items or attributes."""

    def __init__(self, beside: str | Path, file: str = "queries.sql") -> None:
        self._path = Path(beside).parent / file
        self._statements = parse(self._path.read_text(encoding="utf-8"), str(self._path))

    def __getitem__(self, name: str) -> Statement:
        return self._statements[name]

    def __getattr__(self, name: str) -> Statement:
        try:
            return self.__dict__["_statements"][name]
        except KeyError:
            raise AttributeError(f"no statement named {name!r} in {self.__dict__.get('_path')}") from None

    def __iter__(self):  # pragma: no cover - for tools that list statements
        return iter(self._statements.values())


def parse(text: str, where: str) -> dict[str, Statement]:
    """The statements in `text`. A name given twice, or a statement without a purpose line, is an error."""
    before, *blocks = _NAME.split(text)
    if _strip_comments(before).strip():
        raise ValueError(f"{where}: SQL before the first '-- name:' line")
    found: dict[str, Statement] = {}
    for head, block in zip(blocks[::2], blocks[1::2], strict=True):
        name, _, dialect = head.rstrip(" )").partition("(")
        name = name.rstrip()
        known = found.get(name)
        if dialect:
            if known is None:
                raise ValueError(f"{where}: {head!r} comes before the statement that it is a variant of")
            if dialect in known.variants:
                raise ValueError(f"{where}: {head!r} is there twice")
            found[name] = replace(known, variants={**known.variants, dialect: _clean(block)})
        elif known is not None:
            raise ValueError(f"{where}: statement {name!r} is there twice")
        else:
            found[name] = _statement(name, block, where)
    return found


def _statement(name: str, block: str, where: str) -> Statement:
    main, *others = _DIALECT.split(block)
    lines = main.strip().splitlines()
    purpose = " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))
    if not purpose:
        raise ValueError(f"{where}: statement {name!r} has no purpose line")
    variants = {dialect: _clean(body) for dialect, body in zip(others[::2], others[1::2], strict=True)}
    return Statement(name, _clean(main), purpose, variants)


def _strip_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))


def _clean(body: str) -> str:
    return _strip_comments(body).strip().removesuffix(";").rstrip()
