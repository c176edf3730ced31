"""What the program of a page uses to run the page's commands: see `test_pages`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

_running: list[subprocess.Popen[str]] = []


def write(name: str, text: str) -> None:
    """Make the file that a page shows."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


def run(text: str) -> None:
    """Run commands and print what they print. Variables that they export are there for the next ones."""
    sys.stdout.flush()
    script = f"set -e -o pipefail\n{text}\nenv -0 > .environment\n"
    done = subprocess.run(
        ["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout, end="", flush=True)
    if done.returncode:
        raise RuntimeError(f"exit code {done.returncode}: {text}")
    pairs = [pair.partition("=") for pair in Path(".environment").read_text().split("\0") if pair]
    os.environ.update({name: value for name, _, value in pairs})


def start(text: str, ready: str) -> None:
    """Start a command that goes on, and wait until it has printed `ready`. It is ended with the page."""
    process = subprocess.Popen(
        ["bash", "-c", f"exec {text}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    _running.append(process)
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if ready in line:
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return
    raise RuntimeError(f"{text} ended without saying {ready!r}:\n{''.join(said)}")


def end() -> None:
    """Stop what was started, the last first."""
    while _running:
        process = _running.pop()
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
