"""SQL in the words of PostgreSQL: pure, hence tried without one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._store import migrate
from prefect._store.postgres import schema
from prefect._store.postgres.text import compiled


@pytest.mark.parametrize(
    ("text", "sent", "names"),
    [
        ("SELECT * FROM t WHERE a = :a AND b = :b AND c = :a", "SELECT * FROM t WHERE a = $1 AND b = $2 AND c = $1", "ab"),  # noqa: E501
        ("SELECT a::text FROM t WHERE b = ':x''y:z' AND c = :c", "SELECT a::text FROM t WHERE b = ':x''y:z' AND c = $1", "c"),  # noqa: E501
        ("SELECT 1 WHERE t.a IS NOT u.b AND t.c IS NOT NULL", "SELECT 1 WHERE t.a IS DISTINCT FROM u.b AND t.c IS NOT NULL", ""),  # noqa: E501
        ("SELECT json_extract(o.body, '$.id')", "SELECT (o.body::json ->> 'id')", ""),
        ("SELECT * FROM t ORDER BY seq DESC LIMIT :n", "SELECT * FROM t ORDER BY seq DESC LIMIT $1", "n"),
        ("SELECT * FROM flow_run ORDER BY flow_run.end_us DESC, id", "SELECT * FROM flow_run ORDER BY flow_run.end_us DESC NULLS LAST, id", ""),  # noqa: E501
        ("SELECT * FROM log ORDER BY log.at_us", "SELECT * FROM log ORDER BY log.at_us", ""),
    ],
)  # fmt: skip
def test_statements(text: str, sent: str, names: str) -> None:
    found = compiled(text)
    assert (found.text, found.names) == (sent, tuple(names))


def test_lists_travel_as_json() -> None:
    found = compiled("DELETE FROM t WHERE a NOT IN (SELECT value FROM json_each(:but)) AND t.b IN (SELECT value FROM json_each(:ids))")  # fmt: skip  # noqa: E501
    assert "a::text <> ALL(ARRAY(SELECT json_array_elements_text($1::text::json)))" in found.text
    assert "t.b::text = ANY(ARRAY(SELECT json_array_elements_text($2::text::json)))" in found.text
    assert found.names == ("but", "ids")


def test_what_enters_something_into_the_log_is_known() -> None:
    assert compiled("INSERT INTO outbox (topic) VALUES (:t)").tells
    assert not compiled("INSERT INTO outboxes (topic) VALUES (:t)").tells


@given(st.text(alphabet="ab:'x ;", max_size=30))
def test_texts_in_quotes_stay_as_they_are(inside: str) -> None:
    quoted = "'" + inside.replace("'", "''") + "'"
    assert compiled(f"SELECT {quoted}, :p").text == f"SELECT {quoted}, $1"
    assert schema.split(f"SELECT {quoted}; SELECT 1") == [f"SELECT {quoted}", "SELECT 1"]


def test_tables_and_indexes() -> None:
    script = """
        -- A table; of things.
        CREATE TABLE thing (
          id TEXT PRIMARY KEY NOT NULL, -- its id
          rank REAL NOT NULL DEFAULT 0,
          number INTEGER,
          word TEXT NOT NULL DEFAULT 'INTEGER; not a type'
        ) WITHOUT ROWID;
        CREATE INDEX thing_by_number ON thing (coalesce(number, 1) DESC, word);
        CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT);
        CREATE INDEX outbox_by_time ON outbox (at_us);
    """
    table, index, log = schema.translate(script)
    assert 'id TEXT COLLATE "C" PRIMARY KEY NOT NULL' in table
    assert "rank DOUBLE PRECISION NOT NULL DEFAULT 0" in table
    assert "DEFAULT 'INTEGER; not a type'" in table
    assert table.endswith(")")
    assert index == "CREATE INDEX thing_by_number ON thing (coalesce(number, 1) DESC NULLS LAST, word)"
    assert log == "CREATE INDEX outbox_by_time ON outbox_entry (at_us)"


def test_what_has_no_translation_is_refused() -> None:
    with pytest.raises(schema.NotTranslatable, match="json_extract"):
        schema.translate("CREATE TABLE a (b TEXT CHECK (json_extract(b, '$.c') > 1))")


def test_keys_and_the_order_of_tables() -> None:
    tables = schema.in_order()
    assert set(schema.primary_keys()) == set(tables)
    assert tables.index("flow") < tables.index("deployment") < tables.index("deployment_schedule")
    assert schema.primary_keys()["block_reference"] == ("parent_document_id", "name", "child_document_id")
    assert "state_at_us" in schema.nullable()["flow_run"]
    assert "created_us" not in schema.nullable()["flow_run"]
    assert len(schema.statements(1)) > 20
    assert migrate.LATEST >= 10
