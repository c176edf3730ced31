"""The flow that runs a command of the shell: what it writes is logged, its exit code makes the state."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from typing import IO, Any

from prefect.flows import flow
from prefect.logging.loggers import get_run_logger
from prefect.states import Completed, Failed

# how many of the last lines of errors an error tells
_LINES = 20


@flow(name="Shell Command")
def run_shell_process(
    command: str,
    log_output: bool = True,
    stream_stdout: bool = False,
    log_stderr: bool = False,
    popen_kwargs: dict[str, Any] | None = None,
) -> Any:
    """Run `command` by the shell and wait for its end.

    :param log_output: keep what it writes in the log of the run: errors as errors, the rest as infos
    :param stream_stdout: log each line when it comes, not all at the end
    :param log_stderr: log its errors even without `log_output`
    :param popen_kwargs: further arguments of `subprocess.Popen`, such as `cwd` and `env`

    The run fails if the exit code is not 0.
    """
    logger = get_run_logger()
    process = subprocess.Popen(
        command,
        **{
            "shell": True,
            **(popen_kwargs or {}),
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "errors": "replace",
            "bufsize": 1,
        },
    )
    assert process.stdout is not None
    assert process.stderr is not None
    held: list[tuple[Callable[[str], None], str]] = []

    def tell(log: Callable[[str], None], line: str) -> None:
        if stream_stdout:
            log(line)
        else:
            held.append((log, line))

    def read(stream: IO[str], log: Callable[[str], None], kept: list[str], told: bool) -> None:
        for text in stream:
            line = text.rstrip("\n")
            kept.append(line)
            del kept[:-_LINES]
            if told and line:
                tell(log, line)

    errors: list[str] = []
    other = threading.Thread(
        target=read, args=(process.stderr, logger.error, errors, log_output or log_stderr), daemon=True
    )
    try:
        other.start()
        read(process.stdout, logger.info, [], log_output)
        other.join()
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        process.stdout.close()
        process.stderr.close()
    for log, line in held:
        log(line)
    if code != 0:
        told = "\n".join(errors).strip()
        return Failed(message=f"Command failed with exit code {code}" + (f": {told}" if told else ""))
    return Completed(message="Command completed")
