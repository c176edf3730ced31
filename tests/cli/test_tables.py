"""Tables fit the terminal and lose nothing that is copied; whatever stands in a cell cannot steer it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._cli import render, tables
from prefect._cli.tables import Cell, Column

ID = "01a1fe1b-6838-7d7b-a9ef-d9947a3b6676"
COLUMNS = (
    Column("ID", whole=True),
    Column("Flow"),
    Column("Name"),
    Column("When"),
    Column("Took", optional=True, right=True),
)
ROW = [Cell(ID), Cell("etl"), Cell("ivory-oriole"), Cell("14 seconds ago", "14s ago"), Cell("7ms")]


def _drawn(room: int, *rows: list[Cell], columns: tuple[Column, ...] = COLUMNS) -> list[str]:
    return list(tables.draw(columns, rows or (ROW,), room, lambda text, _: text))


def test_wide_terminals_show_everything() -> None:
    head, rule, row = _drawn(100)
    assert head.split() == ["ID", "Flow", "Name", "When", "Took"]
    assert set(rule) == {"─", " "}
    assert row == f"{ID}  etl   ivory-oriole  14 seconds ago   7ms"


def test_room_is_made_by_short_spellings_then_by_leaving_out_then_by_folding() -> None:
    assert _drawn(75)[2] == f"{ID}  etl   ivory-oriole  14s ago   7ms"
    assert _drawn(68)[2] == f"{ID}  etl   ivory-oriole  14s ago"
    assert _drawn(61)[2:] == [f"{ID}  etl   ivory-    14s ago", " " * 44 + "oriole"]


@given(
    st.lists(st.text(max_size=30).map(tables.plain), min_size=4, max_size=4),
    st.integers(min_value=1, max_value=120),
)
def test_nothing_but_spaces_gets_lost(texts: list[str], room: int) -> None:
    row = [Cell(ID), *map(Cell, texts[:3]), Cell(texts[3])]
    drawn = _drawn(room, row)
    shown = "".join(drawn[2:]).replace(" ", "")
    assert ID in shown
    kept = texts if "Took" in drawn[0] else texts[:3]
    assert sorted(shown.replace(" ", "")) == sorted((ID + "".join(kept)).replace(" ", ""))
    # ids and the narrowest columns may need more than there is; folded text never does
    if room >= 36 + 3 * 8 + 8 + 8:
        assert all(tables.length(line) <= room for line in drawn)


def test_wide_characters_take_two_columns() -> None:
    assert tables.length("日本") == 4
    assert tables.length("e\u0301") == 1
    columns = (Column("A"), Column("B"))
    assert _drawn(80, [Cell("日本"), Cell("x")], columns=columns)[2] == "日本  x"


def test_control_characters_are_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    render.table(["Name", "N"], [["a\nb\x1b[31m\udce4", 1]])
    assert capsys.readouterr().out.splitlines()[1] == "a\\nb\\x1b[31m\\udce4  1"


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    render.table(["Name"], [], title="Flow runs")
    assert capsys.readouterr().out == "No flow runs found.\n"


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [
        (0.2, "just now", "now"),
        (1.5, "1 second ago", "1s ago"),
        (-7300, "in 2 hours", "in 2h"),
        (3 * 86_400, "3 days ago", "3d ago"),
    ],
)
def test_instants_have_a_short_spelling(
    seconds: float, long: str, short: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = render.clock.ManualClock()
    monkeypatch.setattr(render.clock, "system", now)
    cell = render.when(render.clock.to_iso(now.now_us() - round(seconds * 1e6)))
    assert (cell.text, cell.short) == (long, short)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0ms"),
        (0.0414, "41ms"),
        (0.9996, "1.0s"),
        (3.21, "3.2s"),
        (59.97, "1m 0s"),
        (3599.6, "1h 0m"),
        (7500, "2h 5m"),
        (90_000, "1d 1h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert render.took(seconds) == text
