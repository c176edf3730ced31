"""The invariants of a store, checked from outside: what holds whatever happened to its processes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from prefect._base.drive import drive
from prefect._base.state import StateType
from prefect._core.facts import Kind
from prefect._core.transitions import is_refused
from prefect._store.sql import Queries, Statement
from prefect._store.sqlite.tx import SqliteTx
from prefect._store.store import Tx

sql = Queries(__file__, "check.sql")

# Each finds the rows that break what its purpose line says.
_RULES = (
    sql.run_is_in_its_newest_state,
    sql.state_belongs_to_a_run,
    sql.states_of_a_run_differ_in_time,
    sql.states_follow_each_other_in_the_log,
    sql.state_stands_in_the_log_once,
    sql.task_run_counts_its_attempts,
    sql.times_fit_the_history,
    sql.task_run_has_its_flow_run,
    sql.live_run_has_an_owner,
    sql.task_runs_are_counted,
)
_KINDS: dict[str, Kind] = {"flow": "flow", "task": "task"}


def violations(path: Path | str) -> list[str]:
    """What is wrong in the database at `path`, a sentence each; empty when all invariants hold.

    Reads one snapshot and changes nothing; other processes may go on writing meanwhile.
    """
    path = Path(path)
    connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        found = list(_of_the_file(connection))
        # what is read from a damaged file proves nothing
        return found or drive(of_the_rows(SqliteTx(connection, path)))
    except sqlite3.DatabaseError as error:
        return [f"The file is sound: {error}."]
    finally:
        connection.close()


def _of_the_file(connection: sqlite3.Connection) -> Iterator[str]:
    for (found,) in connection.execute("PRAGMA integrity_check"):
        if found != "ok":
            yield f"The file is sound: {found}."
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"What a row refers to is there: row {rowid} of {table} names a missing {parent}."


async def of_the_rows(tx: Tx) -> list[str]:
    """What is wrong in the rows that `tx` sees, a sentence each; of any database."""
    found: list[str] = []
    for rule in _RULES:
        rule = _of_all_entries(rule) if tx.dialect.name == "postgres" else rule
        found += [
            f"{rule.purpose.removesuffix('.')}: {row['what']} {row['how']}." for row in await tx.all(rule)
        ]
    for step in await tx.all(sql.states_after_the_end):
        if is_refused(_KINDS[step["kind"]], StateType(step["before_type"]), StateType(step["type"])):
            found.append(
                "No state follows upon a final one unless the rules allow it: "
                f"{step['kind']} run {step['run_id']} went from {step['before_name']} to {step['name']}."
            )
    return found


def _of_all_entries(rule: Statement) -> Statement:
    """The rule about all entries of the log, those included that readers are not shown yet."""
    return replace(rule, text=re.sub(r"\boutbox\b", "outbox_entry", rule.text))
