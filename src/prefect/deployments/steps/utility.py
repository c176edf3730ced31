"""Steps that run commands: scripts of the shell, and pip."""

from __future__ import annotations

import io
import os
import shlex
import string
import sys
from pathlib import Path
from typing import Any, TypedDict

from prefect._base import lazy
from prefect.deployments.steps.core import installer
from prefect.utilities.processutils import open_process, stream_text

anyio: Any = lazy.module("anyio")
text_streams: Any = lazy.module("anyio.streams.text")

__all__ = ["RunShellScriptResult", "pip_install_requirements", "run_shell_script"]


class RunShellScriptResult(TypedDict):
    """What the commands of a script have printed."""

    stdout: str
    stderr: str


async def run_shell_script(
    script: str,
    directory: str | None = None,
    env: dict[str, str] | None = None,
    stream_output: bool = True,
    expand_env_vars: bool = False,
    shell: bool = False,
) -> RunShellScriptResult:
    """Run commands, one on each line; `stdout` and `stderr` are the outputs, of all lines together.

    :param directory: where they run; by default here
    :param env: variables besides those of this process
    :param stream_output: show what they print
    :param expand_env_vars: fill in ``$NAME`` and ``${NAME}``
    :param shell: hand the whole script to the shell, so that it may have pipes, loops and variables

    Raises `RuntimeError` for a command that fails, and does not run those behind it.
    """
    environment = {**os.environ, **(env or {})}
    out, errors = io.StringIO(), io.StringIO()
    if expand_env_vars:
        script = string.Template(script).safe_substitute(environment)
    if shell:
        words = ["cmd", "/c", script] if sys.platform == "win32" else ["/bin/sh", "-c", script]
        commands = [words]
    else:
        lines = [line for line in script.splitlines() if line.strip()]
        commands = [shlex.split(line, comments=True, posix=sys.platform != "win32") for line in lines]
    for command in commands:
        if command:
            await _run(command, directory, environment, out, errors, stream_output)
    return {"stdout": out.getvalue().strip(), "stderr": errors.getvalue().strip()}


async def pip_install_requirements(
    directory: str | None = None,
    requirements_file: str = "requirements.txt",
    stream_output: bool = True,
) -> dict[str, Any]:
    """Install what a file of requirements names.

    :param directory: where the file is; by default here

    Raises `FileNotFoundError` if it is not there, `RuntimeError` if the installation fails.
    """
    path = Path(directory or ".") / requirements_file
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path} of requirements to install.")
    out, errors = io.StringIO(), io.StringIO()
    command = [*installer(), "-r", requirements_file]
    await _run(command, directory, dict(os.environ), out, errors, stream_output)
    return {"stdout": out.getvalue().strip(), "stderr": errors.getvalue().strip()}


async def _run(
    command: list[str],
    directory: str | None,
    env: dict[str, str],
    out: io.StringIO,
    errors: io.StringIO,
    is_shown: bool,
) -> None:
    try:
        async with open_process(command, stdout=-1, stderr=-1, cwd=directory, env=env) as process:
            async with anyio.create_task_group() as group:
                pipes = ((process.stdout, out, sys.stdout), (process.stderr, errors, sys.stderr))
                for source, kept, shown in pipes:
                    if source is not None:
                        sinks = (kept, shown) if is_shown else (kept,)
                        group.start_soon(
                            stream_text, text_streams.TextReceiveStream(source, errors="replace"), *sinks
                        )
            await process.wait()
    except FileNotFoundError as error:
        where = f" in {directory}" if directory and not Path(directory).is_dir() else ""
        raise RuntimeError(f"`{shlex.join(command)}` cannot be run{where}: {error.strerror}.") from error
    if process.returncode:
        told = errors.getvalue().strip() or out.getvalue().strip()
        raise RuntimeError(
            f"`{shlex.join(command)}` failed with exit code {process.returncode}"
            + (f": {told}" if told else ".")
        )
