"""Who owns an attempt, and whether that process is alive."""

from __future__ import annotations

import subprocess
import sys

import pytest

from prefect._base import owner

ME = [sys.executable, "-c", "from prefect._base import owner; print(owner.current(), flush=True); input()"]


def test_a_process_keeps_its_identity() -> None:
    assert owner.current() == owner.current()
    assert owner.is_alive(owner.current()) is True


def test_another_process_is_alive_until_it_ends() -> None:
    with subprocess.Popen(ME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        other = process.stdout.readline().strip()
        assert other != owner.current()
        assert owner.is_alive(other) is True
        process.kill()
        process.wait()
        assert owner.is_alive(other) is False


def _changed(field: int, value: str) -> str:
    fields = owner.current().split(":")
    fields[field] = value
    return ":".join(fields)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_can_be_known() -> None:
    boot = owner.current().split(":")[1]
    assert owner.is_alive(_changed(0, "elsewhere")) is None
    assert owner.is_alive(_changed(1, "another-boot.1")) is False
    assert owner.is_alive(_changed(1, boot.partition(".")[0] + ".1")) is None
    assert owner.is_alive(_changed(3, "1")) is False
    assert owner.is_alive("what is this") is None
