"""Completion by the shell: what could come next, and the scripts that ask for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["work-p"], ["work-pool"]),
        (["--no-prompt", "fl"], ["flow", "flow-run"]),
        (["-p", "ephem"], ["ephemeral"]),
        (["--pro"], ["--profile", "--prompt"]),
        (["flow-runs", "in"], ["inspect"]),
        (["work-pool", "storage", "configure", ""], ["azure-blob-storage", "gcs", "s3"]),
        (["work-pool", "ls", "--ver"], ["--verbose"]),
        (["work-pool", "ls", "--output", ""], ["json"]),
        (["flow-run", "logs", "--he"], ["--head", "--help"]),
        (["events", "stream", "--format", "t"], ["text"]),
        (["flow", "ls", "--profile", "loc"], ["local"]),
        (["nope", ""], []),
        (["flow", "nope", ""], []),
        (["flow", "ls", ""], []),
    ],
)
def test_what_comes_next(words: list[str], found: list[str], prefect: Run) -> None:
    assert prefect("--complete", *words) == (0, "".join(f"{word}\n" for word in found), "")


def test_every_noun_at_the_beginning(prefect: Run) -> None:
    out = prefect("--complete", "").out.split()
    assert {"deployment", "server", "version"} <= set(out)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_are_installed_once(
    shell: str, prefect: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("ZDOTDIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    shown = prefect("--show-completion").out
    assert "--complete" in shown
    assert prefect("--show-completion", shell).out == shown

    def files() -> dict[Path, str]:
        places = [*tmp_path.glob(".*rc"), *tmp_path.glob(".prefect/*"), *tmp_path.glob(".config/fish/*/*")]
        return {place: place.read_text() for place in places}

    assert prefect("--install-completion").code == 0
    once = files()
    assert shown in once.values()
    assert prefect("--install-completion", shell).code == 0
    assert files() == once


def test_other_shells(prefect: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    code, out, _ = prefect("--install-completion")
    assert (code, "bash, zsh, fish" in out) == (1, True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_itself(prefect: Run) -> None:
    script = prefect("--show-completion", "bash").out
    program = (
        f'prefect() {{ "{sys.executable}" -m prefect "$@"; }}\n{script}'
        "COMP_WORDS=(prefect work-pool cr); COMP_CWORD=2; _prefect_complete; echo ${COMPREPLY[@]}\n"
        'COMP_WORDS=(prefect work-pool ""); COMP_CWORD=2; _prefect_complete; echo ${#COMPREPLY[@]}'
    )
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    created, count = done.stdout.split()
    assert (created, int(count) > 10) == ("create", True)
