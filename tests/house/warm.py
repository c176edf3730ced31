"""Runs programs one after another, each in a fork of a process that has imported the heavy libraries.

Reads a JSON line for each program (``file``, ``home``, ``cwd``, ``out``, ``port``), answers its exit code.
A program is the main module of its process and has a home of its own, as if Python had been started.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path

import prefect.blocks.core
import prefect.client.orchestration
import prefect.client.schemas.objects  # noqa: F401
from prefect._link import choose
from prefect.settings import current


def main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(run(job))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def run(job: Mapping[str, str]) -> int:
    """The exit code of a program; what it prints goes to files in the folder `out`."""
    os.chdir(job["cwd"])
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(Path(job["out"]) / name, os.O_WRONLY | os.O_CREAT), number)
    os.environ.update(PREFECT_HOME=job["home"], PREFECT_SERVER_API_PORT=job["port"])
    choose.reset()
    current.forget()
    sys.argv = [job["file"]]
    code = 0
    try:
        runpy.run_path(job["file"], run_name="__main__")
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        # what an interpreter does at its end, which os._exit leaves out
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
