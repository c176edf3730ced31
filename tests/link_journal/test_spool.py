"""Records on disk: nothing that was appended is lost, nothing broken is taken for a record."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefect._link.journal import folder, frames, spool
from prefect._link.journal.spool import Spool


def opened(path: Path) -> Spool:
    return Spool(path, "things", lambda: path.mkdir(exist_ok=True))


def drained(found: Spool, most: int = 7) -> list[bytes]:
    records: list[bytes] = []
    while batch := found.peek(most):
        records += batch
        found.delivered(batch)
    return records


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(min_value=0))
@settings(max_examples=200)
def test_a_cut_file_tells_a_beginning_of_its_records(written: list[bytes], cut: int) -> None:
    data = b"".join(map(frames.frame, written))
    told = [record for record, _ in frames.records(data[: cut % (len(data) + 1)])]
    assert told == written[: len(told)]


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=8), st.data())
@settings(max_examples=200)
def test_a_damaged_record_ends_what_is_told(written: list[bytes], data: st.DataObject) -> None:
    whole = bytearray(b"".join(map(frames.frame, written)))
    position = data.draw(st.integers(0, len(whole) - 1))
    whole[position] ^= 1 << data.draw(st.integers(0, 7))
    told = [record for record, _ in frames.records(bytes(whole))]
    assert told == written[: len(told)]
    assert len(told) < len(written)


def test_records_come_out_in_order_across_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "SEGMENT_BYTES", 300)
    found = opened(tmp_path / "mine")
    records = [b"%d" % number for number in range(200)]
    for begin in range(0, 200, 10):
        found.append(records[begin : begin + 10])
    assert len(list((tmp_path / "mine").glob("*.seg"))) > 3
    assert found.count() == 200
    assert drained(found) == records
    assert found.is_empty
    assert not list((tmp_path / "mine").iterdir())
    found.append([b"again"])
    assert drained(found) == [b"again"]


def test_nothing_is_made_before_the_first_record(tmp_path: Path) -> None:
    assert opened(tmp_path / "mine").peek(1) == []
    assert not (tmp_path / "mine").exists()


def test_another_process_goes_on_where_the_first_one_was(tmp_path: Path) -> None:
    first = opened(tmp_path / "mine")
    first.append([b"1", b"2", b"3"])
    first.delivered(first.peek(1))
    second = opened(tmp_path / "mine")
    assert second.count() == 2
    second.append([b"4"])
    assert drained(second, 2) == [b"2", b"3", b"4"]


def test_a_torn_end_is_left_out(tmp_path: Path) -> None:
    first = opened(tmp_path / "mine")
    first.append([b"whole", b"torn"])
    first.close()
    (segment,) = (tmp_path / "mine").glob("*.seg")
    os.truncate(segment, segment.stat().st_size - 2)
    second = opened(tmp_path / "mine")
    second.append([b"later"])
    assert second.count() == 2
    assert drained(second) == [b"whole", b"later"]
    assert second.is_empty


def test_a_record_may_be_longer_than_what_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "BATCH_BYTES", 10)
    found = opened(tmp_path / "mine")
    found.append([b"x" * 100, b"y"])
    assert drained(found) == [b"x" * 100, b"y"]


def test_a_folder_is_taken_over_when_nobody_holds_it(home: Path) -> None:
    url = "http://server/api"
    mine = folder.mine(url)
    mine.spool("things").append([b"1"])
    assert list(folder.left(url)) == []  # it is held
    mine.abandon()  # as the kernel does when its process dies
    (found,) = folder.left(url)
    assert found.owner == mine.owner
    assert drained(found.spool("things")) == [b"1"]
    assert list(folder.left("http://other/api")) == []
    found.close()
    assert not found.path.exists()
