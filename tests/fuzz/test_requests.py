"""Requests that the server's own description makes: a sample of `benchmarks/fuzz.py`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import fuzz

PARTS = 12


@pytest.fixture(scope="module")
def root() -> Iterator[str]:
    with fuzz.serving() as found:
        yield found


# how the tool hands raw bodies to its client is its own affair
@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
@pytest.mark.parametrize("part", range(PARTS))
def test_requests_are_answered_as_the_document_says(part: int, root: str) -> None:
    document = fuzz.described(root)
    asked = sorted(document["paths"])[part::PARTS]
    document["paths"] = {path: document["paths"][path] for path in asked}
    with fuzz.Log() as log:
        found = fuzz.requests(f"{root}/api", document, 1, seed=part)
    assert [str(finding) for finding in found] == []
    assert log.lines == []
