"""Commands of the command line, each in a process that is forked from one that has loaded it already.

Reads a JSON list of argument lists; prints a JSON list of exit statuses and outputs.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib.metadata import entry_points

main = entry_points(group="console_scripts", name="prefect")["prefect"].load()


def run(arguments: list[str]) -> tuple[int, str]:
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            sys.argv = ["prefect", *arguments]
            status = 1
            try:
                main()
                status = 0
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else int(end.code is not None)
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return os.waitstatus_to_exitcode(status), output.read().decode()


if __name__ == "__main__":
    print(json.dumps([run(arguments) for arguments in json.loads(sys.argv[1])]))
