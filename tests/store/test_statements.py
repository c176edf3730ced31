"""Every named statement of the package is understood by PostgreSQL, with the schema of the scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import postgres

import prefect
from prefect._store.postgres.text import compiled
from prefect._store.sql import Queries, Statement

PACKAGE = Path(prefect.__file__).parent
# what stands in a place of a statement, to try the rest of it
FILLINGS = {"by": "", "changes": "", "order": "1", "where": "1 = 1"}


def statements() -> Iterator[tuple[Path, Statement]]:
    for file in sorted(PACKAGE.rglob("*.sql")):
        if file.parent.name != "migrations":
            for statement in Queries(file, file.name):
                yield file.relative_to(PACKAGE), statement


def test_postgresql_understands_every_statement() -> None:
    cluster = postgres.cluster()
    found = list(statements())
    assert len(found) > 100

    async def prepare(connection: Any) -> list[str]:
        complaints: list[str] = []
        for file, statement in found:
            text = re.sub(
                r"{(\w+)}",
                lambda place: FILLINGS.get(place[1], "1 = 1"),
                statement.for_dialect("postgres"),
            )
            try:
                await connection.prepare(compiled(text).text)
            except Exception as error:
                complaints.append(f"{file}: {statement.name}: {error}")
        return complaints

    complaints = cluster.connected(prepare, cluster.template())
    assert not complaints, (
        "PostgreSQL cannot run these statements. Write them in SQL that both databases know (ON CONFLICT,"
        " COALESCE, CASE, complete GROUP BY, conditions that are no bare numbers; a parameter of which the"
        " type is unclear as CAST(:name AS TEXT) or AS BIGINT), or put a second one beside it, named"
        " '-- name: the_name (postgres)':\n" + "\n".join(complaints)
    )
