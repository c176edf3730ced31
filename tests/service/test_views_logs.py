"""Searching the log of a run: patterns, the lines around what is found, and patterns that are refused."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._base.clock import to_iso
from prefect._base.errors import Invalid
from prefect._service.views import log_search, patterns


def _log(api: Any, count: int) -> str:
    run = api.flow_run()
    base = api.clock.now_us()
    lines = [
        {
            "level": 40 if number % 10 == 5 else 20,
            "name": "n",
            "message": f"read {number} of table-{number % 3}",
            "timestamp": to_iso(base + number),
            "flow_run_id": run["id"],
        }
        for number in range(count)
    ]
    for at in range(0, count, 500):
        api("logs.create", body=lines[at : at + 500])
    return run["id"]


def _messages(page: Any) -> list[str]:
    return [row["message"] for row in page["rows"]]


def test_a_pattern_finds_lines(api: Any) -> None:
    id = _log(api, 30)
    found = api("views.logs", body={"flow_run_id": id, "pattern": r"^READ \d OF .*-2$"})
    assert _messages(found) == ["read 2 of table-2", "read 5 of table-2", "read 8 of table-2"]
    assert found["count"] == {"value": 3, "is_exact": True}
    assert not found["has_more"]


def test_pages_of_a_pattern_go_on_where_the_last_one_ended(api: Any) -> None:
    id = _log(api, 30)
    body = {"flow_run_id": id, "pattern": "table-0", "limit": 4}
    seen: list[str] = []
    page = api("views.logs", body=body)
    while True:
        seen = [*_messages(page), *seen]
        if not page["has_more"]:
            break
        page = api("views.logs", body={**body, "before": page["first"]})
    assert seen == [f"read {number} of table-0" for number in range(0, 30, 3)]


def test_one_answer_looks_at_so_many_lines_only(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_search, "LOOKED_AT", 8)
    monkeypatch.setattr(log_search, "BATCH", 4)
    id = _log(api, 30)
    body = {"flow_run_id": id, "pattern": "read 0 "}
    page = api("views.logs", body=body)
    assert (page["rows"], page["has_more"], page["count"]["is_exact"]) == ([], True, False)
    asked = 1
    while page["has_more"]:
        page = api("views.logs", body={**body, "before": page["first"]})
        asked += 1
    assert _messages(page) == ["read 0 of table-0"]
    assert asked == 4
    # what comes later begins behind the newest line that was looked at
    newest = api("views.logs", body=body)["last"]
    assert api("views.logs", body={**body, "pattern": "read", "after": newest})["rows"] == []


def test_lines_around_what_is_found(api: Any) -> None:
    id = _log(api, 40)
    body = {"flow_run_id": id, "level_from": 40, "context": 2}
    page = api("views.logs", body=body)
    numbers = [int(message.split()[1]) for message in _messages(page)]
    assert numbers == [*range(3, 8), *range(13, 18), *range(23, 28), *range(33, 38)]
    assert [n for n, row in zip(numbers, page["rows"], strict=True) if row["hit"]] == [5, 15, 25, 35]
    assert [n for n, row in zip(numbers, page["rows"], strict=True) if row["gap"]] == [13, 23, 33]


@pytest.mark.parametrize(("around", "gaps"), [(4, [11, 21, 31]), (5, []), (7, [])])
def test_lines_around_that_meet_are_told_once(api: Any, around: int, gaps: list[int]) -> None:
    id = _log(api, 40)
    page = api("views.logs", body={"flow_run_id": id, "level_from": 40, "context": around})
    numbers = [int(message.split()[1]) for message in _messages(page)]
    assert numbers == sorted(set(numbers))
    assert [n for n, row in zip(numbers, page["rows"], strict=True) if row["hit"]] == [5, 15, 25, 35]
    assert [n for n, row in zip(numbers, page["rows"], strict=True) if row["gap"]] == gaps


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(?:\w+\s?)*x", r"(a?){99}a{99}"])
def test_no_pattern_takes_forever(pattern: str) -> None:
    patterns.compiled(pattern).search("a" * 4_000 + "!")


@pytest.mark.parametrize("pattern", [r"(a)\1", r"(?=a)", r"(|a){9999999}", r"(a{999}){999}", "x" * 201])
def test_what_cannot_be_searched_for_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid):
        patterns.compiled(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"a+b*", "xAAB"),
        (r"(failed|error): \w+", "Error: disk"),
        (r"^second", "first\nsecond"),
        (r"é$", "É"),
        (r"[a+]+\]", "a+]"),
        (r"a{2,4}", "aaa"),
    ],
)
def test_usual_patterns_find_whatever_the_case(pattern: str, text: str) -> None:
    assert patterns.compiled(pattern).search(text)
    assert not patterns.compiled(pattern).search("-")


def test_what_is_no_pattern_is_refused_with_its_reason(api: Any) -> None:
    run = api.flow_run()
    with pytest.raises(Invalid, match="no regular expression: missing"):
        api("views.logs", body={"flow_run_id": run["id"], "pattern": "(a"})


@given(st.text(alphabet="ab|()[]*+?{}\\,1^.", max_size=12))
def test_any_text_is_either_compiled_or_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        patterns.compiled(text).search("aab")
