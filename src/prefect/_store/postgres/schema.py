"""The scripts of the schema, put into the words of PostgreSQL.

The scripts are written for SQLite and kept simple, so that rules suffice: other names of types, texts that
compare by their bytes, nulls that sort as the smallest values. A table marked `APART` is written by hand.
"""

from __future__ import annotations

import re
from functools import cache

from prefect._store import migrate

# tables of what can be made again from others
DERIVED = frozenset({"task_run_count", "task_run_counted", "task_run_recount"})
# made in `migrations/outbox.sql`, so that numbers come in the order of commits: a view on another table
APART = {"outbox": "outbox_entry"}

_COMMENT = re.compile(r"--[^\n]*")
_TYPES = {
    "INTEGER": "BIGINT",
    "REAL": "DOUBLE PRECISION",
    "TEXT": 'TEXT COLLATE "C"',
    "BLOB": "BYTEA",
}
_TYPE = re.compile(rf"'(?:[^']|'')*'|\b({'|'.join(_TYPES)})\b")
_WITHOUT_ROWID = re.compile(r"\)\s*WITHOUT\s+ROWID", re.IGNORECASE)
_AUTOINCREMENT = re.compile(r"INTEGER\s+PRIMARY\s+KEY\s+AUTOINCREMENT", re.IGNORECASE)
_INDEX = re.compile(r"^(CREATE\s+(?:UNIQUE\s+)?INDEX\s+\w+\s+ON\s+)(\w+)\s*\(", re.IGNORECASE)
_TABLE = re.compile(r"^(?:CREATE|ALTER|DROP)\s+TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(\w+)", re.IGNORECASE)
_COLUMNS = re.compile(r"^CREATE\s+TABLE\s+(\w+)\s*\((.*)\)[^)]*$", re.IGNORECASE | re.DOTALL)
_ADDED = re.compile(r"^ALTER\s+TABLE\s+(\w+)\s+ADD\s+(?:COLUMN\s+)?(.*)$", re.IGNORECASE | re.DOTALL)
_KEY = re.compile(r"PRIMARY\s+KEY\s*\(([^)]*)\)", re.IGNORECASE)
_IS_KEY = re.compile(r"\bPRIMARY\s+KEY\b", re.IGNORECASE)
_REFERS = re.compile(r"\bREFERENCES\s+(\w+)", re.IGNORECASE)
_DROPPED = re.compile(r"^DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(\w+)", re.IGNORECASE)
_RENAMED = re.compile(r"^ALTER\s+TABLE\s+(\w+)\s+RENAME\s+TO\s+(\w+)", re.IGNORECASE)
_NEVER_NULL = re.compile(r"NOT\s+NULL|PRIMARY\s+KEY", re.IGNORECASE)
_NO_COLUMN = frozenset({"PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"})
_TRIGGER = re.compile(
    r"CREATE\s+TRIGGER\s+(\w+)\s+AFTER\s+(UPDATE|INSERT|DELETE)\s+ON\s+(\w+)"
    r"\s+WHEN\s+(.*?)\s+BEGIN\s+(.*?;)\s*END\s*;",
    re.IGNORECASE | re.DOTALL,
)
_REFUSED = re.compile(r"\b(PRAGMA|VIRTUAL|json_each|json_extract|unixepoch|randomblob)\b", re.IGNORECASE)


class NotTranslatable(ValueError):
    """A script says something that the rules do not cover; the message says what to do."""


def statements(version: int) -> list[str]:
    """What leads from version ``version - 1`` to `version` on PostgreSQL."""
    return translate(migrate.script(version))


def translate(script: str) -> list[str]:
    """The statements of a script for SQLite, as PostgreSQL takes them; those about `APART` are left out."""
    script = _COMMENT.sub("", script)
    triggers = [part for trigger in _TRIGGER.finditer(script) for part in _trigger(trigger)]
    found = [_translated(statement) for statement in split(_TRIGGER.sub("", script))]
    return [statement for statement in found if statement] + triggers


def _trigger(trigger: re.Match[str]) -> tuple[str, str]:
    """A trigger for each row as a function and what calls it."""
    name, event, table, condition, body = trigger.groups()
    language, calls = "RETURNS TRIGGER LANGUAGE plpgsql", f"EXECUTE FUNCTION {name}()"
    return (
        f"CREATE OR REPLACE FUNCTION {name}() {language} AS $body$ BEGIN {body} RETURN NULL; END $body$",
        f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW WHEN ({condition}) {calls}",
    )


def split(script: str) -> list[str]:
    """A script without comments, cut at its semicolons; those in texts do not count."""
    parts = re.findall(r"(?:'(?:[^']|'')*'|[^;'])+", script)
    return [part.strip() for part in parts if part.strip()]


@cache
def nullable() -> dict[str, frozenset[str]]:
    """The columns of each table that may be null."""
    scripts = (migrate.script(version) for version in range(1, migrate.LATEST + 1))
    return nullable_in("\n;".join(scripts))


@cache
def primary_keys() -> dict[str, tuple[str, ...]]:
    """The columns of the primary key of each table."""
    found: dict[str, tuple[str, ...]] = {}
    for table, columns in _tables():
        for column in columns:
            if whole := _KEY.match(column):
                found[table] = tuple(top_level(whole[1]))
            elif _IS_KEY.search(column):
                found[table] = (column.partition(" ")[0],)
    return found


@cache
def in_order() -> tuple[str, ...]:
    """All tables, each after those that its rows refer to."""
    refers = {
        table: {other for column in columns for other in _REFERS.findall(column)}
        for table, columns in _tables()
    }
    found: list[str] = []
    while len(found) < len(refers):
        ready = [table for table in refers if table not in found and refers[table] - {table} <= set(found)]
        if not ready:
            raise NotTranslatable(f"These tables refer to each other in a ring: {set(refers) - set(found)}.")
        found += ready
    return tuple(found)


def _tables() -> list[tuple[str, list[str]]]:
    """Each table that exists in the end, with what its making says of columns and keys."""
    found: dict[str, list[str]] = {}
    for version in range(1, migrate.LATEST + 1):
        for statement in split(_COMMENT.sub("", migrate.script(version))):
            if made := _COLUMNS.match(statement):
                found[made[1]] = top_level(made[2])
            elif added := _ADDED.match(statement):
                found[added[1]].append(added[2])
            elif dropped := _DROPPED.match(statement):
                found.pop(dropped[1], None)
            elif renamed := _RENAMED.match(statement):
                found[renamed[2]] = found.pop(renamed[1])
    return list(found.items())


def nullable_in(script: str) -> dict[str, frozenset[str]]:
    """The columns that may be null, of each table that `script` makes."""
    found: dict[str, set[str]] = {}
    for statement in split(_COMMENT.sub("", script)):
        if made := _COLUMNS.match(statement):
            table, columns = made[1], top_level(made[2])
        elif added := _ADDED.match(statement):
            table, columns = added[1], [added[2]]
        else:
            continue
        names = found.setdefault(table, set())
        for column in columns:
            name, _, rest = column.partition(" ")
            if name.upper() not in _NO_COLUMN and not _NEVER_NULL.search(rest):
                names.add(name)
    return {table: frozenset(names) for table, names in found.items()}


def _translated(statement: str) -> str:
    if index := _INDEX.match(statement):
        return _index(statement, index)
    if (table := _TABLE.match(statement)) and table[1] in APART:
        if statement.upper().startswith("CREATE"):
            return ""
        raise NotTranslatable(
            f"The table {table[1]} is written by hand for PostgreSQL, see migrations/outbox.sql."
        )
    if refused := _REFUSED.search(statement):
        raise NotTranslatable(
            f"{refused[0]} is not known to PostgreSQL and has no translation. Write it differently, or add a"
            f" rule to prefect._store.postgres.schema. The statement: {statement}"
        )
    statement = _WITHOUT_ROWID.sub(")", statement)
    statement = _AUTOINCREMENT.sub("BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", statement)
    return _TYPE.sub(lambda word: _TYPES[word[1]] if word[1] else word[0], statement)


def _index(statement: str, head: re.Match[str]) -> str:
    """An index whose order is that of SQLite: what is null comes before all else."""
    table = head[2]
    end = _closing(statement, head.end())
    may_be_null = nullable().get(table, frozenset())
    columns = ", ".join(with_nulls(column, may_be_null) for column in top_level(statement[head.end() : end]))
    return f"{head[1]}{APART.get(table, table)} ({columns}{statement[end:]}"


def with_nulls(term: str, may_be_null: frozenset[str]) -> str:
    """A term of an order, with the place of nulls as in SQLite; only where there can be any.

    PostgreSQL uses an index for an order only if both say the same about nulls.
    """
    is_descending = term.upper().endswith(" DESC")
    column = re.sub(r"\s+(ASC|DESC)$", "", term, flags=re.IGNORECASE)
    if column not in may_be_null and "(" not in column:
        return term
    return f"{term} NULLS {'LAST' if is_descending else 'FIRST'}"


def _closing(text: str, start: int) -> int:
    """Where the parenthesis is closed that was opened just before `start`."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise NotTranslatable(f"A parenthesis is never closed in: {text}")


def top_level(text: str) -> list[str]:
    """Parts between the commas that stand in no parentheses."""
    parts, depth = [""], 0
    for char in text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]
