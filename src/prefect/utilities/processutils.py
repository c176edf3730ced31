"""Subprocesses: command lines as text, running one and reading what it says, handing signals on."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TextIO

import anyio
from anyio import AsyncFile
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream, TextSendStream

Sink = AsyncFile[str] | TextIO | TextSendStream | None

_IS_WINDOWS = sys.platform == "win32"
_GRACE_S = 5


def command_to_string(command: list[str]) -> str:
    """A command as one text that :func:`command_from_string` takes apart again, on any system."""
    if not isinstance(command, list):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"A command is a list of texts, not {type(command).__name__}.")
    return shlex.join(command)


def command_from_string(command: str) -> list[str]:
    """The words of a command line in the notation of POSIX shells.

    On Windows, a line that reads as one of its own (unquoted backslashes) keeps them.
    """
    if _IS_WINDOWS and "\\" in command and "'" not in command:
        return [word.strip('"') for word in shlex.split(command, posix=False)]
    return shlex.split(command, posix=True)


def get_sys_executable() -> str:
    """The Python that runs this, as a word of a command line."""
    return f'"{sys.executable}"' if _IS_WINDOWS else sys.executable


def sanitize_subprocess_env(
    env: Mapping[str, str | None] | None, *, remove_from: MutableMapping[str, str] | None = None
) -> dict[str, str]:
    """An environment for a subprocess: without the variables that are None, which `remove_from` loses too."""
    clean: dict[str, str] = {}
    for name, value in (env or {}).items():
        if value is not None:
            clean[name] = value
        elif remove_from is not None:
            remove_from.pop(name, None)
    return clean


# ------------------------------------------------------------------ running


@asynccontextmanager
async def open_process(command: list[str], **kwargs: Any) -> AsyncGenerator[Process, None]:
    """Start a command and yield its process, with anyio streams of bytes.

    Leaving the block waits for the end of the process; leaving it by an exception ends the process first.
    `kwargs` go to `anyio.open_process`. Raises `TypeError` if the command is no list.
    """
    if not isinstance(command, list):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"A command is a list of texts, not {type(command).__name__}: {command!r}")
    if kwargs.get("env") is not None:
        kwargs["env"] = sanitize_subprocess_env(kwargs["env"])
    process = await anyio.open_process(command, **kwargs)
    try:
        async with process:
            try:
                yield process
            except BaseException:
                await _end(process)
                raise
    finally:
        if process.returncode is None:
            process.kill()


async def _end(process: Process) -> None:
    """Ask the process to end, and make it after a while."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with anyio.CancelScope(shield=True):
        with anyio.move_on_after(_GRACE_S):
            await process.wait()
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def run_process(
    command: list[str],
    *,
    stream_output: bool | tuple[Sink, Sink] = False,
    task_status: Any = None,
    task_status_handler: Callable[[Process], Any] | None = None,
    **kwargs: Any,
) -> Process:
    """Run a command to its end and return its process.

    Args:
        command: program and arguments.
        stream_output: pass the output on while it comes: True to this process's own stdout and stderr, or a
            pair of sinks (text files, anyio files or text streams; None drops the output).
        task_status: told that the process has started, with its id or what `task_status_handler` makes
            of it.
        kwargs: for `anyio.open_process`.
    """
    sinks: tuple[Sink, Sink] = (
        (sys.stdout, sys.stderr) if stream_output is True else stream_output or (None, None)
    )
    async with open_process(
        command,
        stdout=subprocess.PIPE if stream_output else subprocess.DEVNULL,
        stderr=subprocess.PIPE if stream_output else subprocess.DEVNULL,
        **kwargs,
    ) as process:
        if task_status is not None:
            task_status.started(task_status_handler(process) if task_status_handler else process.pid)
        if stream_output:
            await consume_process_output(process, *sinks)
        await process.wait()
    return process


async def consume_process_output(
    process: Process, stdout_sink: Sink = None, stderr_sink: Sink = None
) -> None:
    """Read both outputs of a process to their ends, into the sinks."""
    async with anyio.create_task_group() as group:
        for source, sink in ((process.stdout, stdout_sink), (process.stderr, stderr_sink)):
            if source is not None:
                group.start_soon(stream_text, TextReceiveStream(source, errors="replace"), sink)


async def stream_text(source: TextReceiveStream, *sinks: Sink) -> None:
    """Copy a stream of text to some sinks as it comes."""
    async for chunk in source:
        for sink in sinks:
            if sink is None:
                continue
            if isinstance(sink, TextSendStream):
                await sink.send(chunk)
            elif isinstance(sink, AsyncFile):
                await sink.write(chunk)
                await sink.flush()
            else:
                sink.write(chunk)
                sink.flush()


# ------------------------------------------------------------------ handing signals on


def forward_signal_handler(
    pid: int, signum: int, *signums: int, process_name: str, print_fn: Callable[[str], object]
) -> None:
    """On `signum`, send the first of `signums` to a process, then the next; the last again and again."""
    remaining = list(signums or (signum,))

    def forward(received: int, _: Any) -> None:
        sent = remaining[0] if len(remaining) == 1 else remaining.pop(0)
        received_name, sent_name = signal.Signals(received).name, signal.Signals(sent).name
        print_fn(f"Received {received_name}. Sending {sent_name} to {process_name} (PID {pid})...")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)

    signal.signal(signum, forward)


def _setup(pid: int, process_name: str, print_fn: Callable[[str], object], gently: int) -> None:
    if _IS_WINDOWS:
        forward_signal_handler(
            pid,
            signal.SIGINT,
            getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM),
            process_name=process_name,
            print_fn=print_fn,
        )
        return
    forward_signal_handler(
        pid, signal.SIGINT, gently, signal.SIGKILL, process_name=process_name, print_fn=print_fn
    )
    forward_signal_handler(
        pid, signal.SIGTERM, signal.SIGTERM, signal.SIGKILL, process_name=process_name, print_fn=print_fn
    )


def setup_signal_handlers_server(pid: int, process_name: str, print_fn: Callable[[str], object]) -> None:
    """Hand interrupts and requests to end on to a server process; the second one kills it."""
    _setup(pid, process_name, print_fn, signal.SIGTERM)


def setup_signal_handlers_agent(pid: int, process_name: str, print_fn: Callable[[str], object]) -> None:
    """The same for an agent."""
    _setup(pid, process_name, print_fn, signal.SIGINT)


def setup_signal_handlers_worker(pid: int, process_name: str, print_fn: Callable[[str], object]) -> None:
    """The same for a worker."""
    _setup(pid, process_name, print_fn, signal.SIGINT)
