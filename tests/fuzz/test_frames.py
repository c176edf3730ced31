"""Websocket frames that are almost right: a sample of `benchmarks/fuzz.py`."""

from __future__ import annotations

import fuzz


def test_frames_are_answered_or_the_socket_is_closed_with_a_reason() -> None:
    with fuzz.Log() as log, fuzz.serving() as root:
        found = fuzz.frames(f"{root}/api", 350, seed=3)
    assert [str(finding) for finding in found] == []
    assert log.lines == []
