"""The template: a process of one thread that has imported the engine, and forks a child for each run.

A child begins where the template stands: modules are there, nothing is open, no run has been. Nothing that it
does can be seen by the next. ``python -m prefect._fleet.warm.template DESCRIPTOR`` is started by
:mod:`prefect._fleet.warm.templates`, and ends when that closes the socket.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import socket
import sys
import traceback
from typing import Any

from prefect._base import lazy
from prefect._fleet.warm import order as orders

execution: Any = lazy.module("prefect._code.execution")
settings: Any = lazy.module("prefect.settings.current")
after: Any = lazy.module("prefect._fleet.warm.aftermath")

# what running a flow imports; the larger part of the time that a new interpreter would need
ENGINE = (
    "asyncio",
    "prefect",
    "prefect._code.execution",
    "prefect._engine.flow",
    "prefect._engine.flow_generator",
    "prefect._engine.rerun",
    "prefect._engine.validation",
    "prefect._engine.pool",
    "prefect._wire.flow_runs",
    "prefect._wire.states",
    "prefect._wire.operations.deployments",
    "prefect._wire.operations.flow_runs",
    "prefect._wire.operations.flows",
    "prefect.flows",
    "prefect.futures",
    "prefect.logging.configuration",
    "prefect.settings",
    "prefect.task_runners",
    "prefect.tasks",
)
OVER_HTTP = ("http.client", "orjson", "prefect._link.direct", "prefect._link.http")
EMBEDDED = (
    "prefect._link.local",
    "prefect._service.deployments.operations",
    "prefect._service.flow_runs.operations",
    "prefect._service.logs.operations",
    "prefect._service.task_runs.operations",
    "prefect._store.current",
    "prefect._store.sqlite",
)
LINE_BYTES = 1 << 20
DESCRIPTORS = 2


class Template:
    """Forks on order, and tells how its children end."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._children: dict[int, int] = {}  # process id -> key of its order
        self._descriptors: list[int] = []
        self._buffer = b""
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_writer, False)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # whoever started it decides when it ends; a Ctrl-C of the terminal is meant for that process
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def serve(self) -> int | None:
        """Forks until the channel closes; in a child, what that is to exit with."""
        try:
            self._channel.sendall(orders.told(ready=os.getpid(), threads=_threads()))
        except BrokenPipeError:  # whoever started it has ended before it was ready
            return None
        while True:
            readable, _, _ = select.select([self._channel, self._wake_reader], [], [])
            if self._wake_reader in readable:
                os.read(self._wake_reader, 4096)
                self._reap()
            if self._channel in readable and not self._take():
                return None
            while orders.NEWLINE in self._buffer:
                line, _, self._buffer = self._buffer.partition(orders.NEWLINE)
                order = orders.read(line)
                descriptors = [self._descriptors.pop(0) for _ in range(DESCRIPTORS * order["streams"])]
                code = self._fork(order, descriptors)
                if code is not None:
                    return code

    def _take(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._channel, LINE_BYTES, 16)
        self._descriptors.extend(descriptors)
        self._buffer += data
        return bool(data)

    def _fork(self, order: dict[str, Any], descriptors: list[int]) -> int | None:
        pid = os.fork()
        if pid == 0:
            return self._become(order, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self._children[pid] = order["key"]
        self._channel.sendall(orders.told(key=order["key"], pid=pid))
        return None

    def _become(self, order: dict[str, Any], descriptors: list[int]) -> int:
        signal.set_wakeup_fd(-1)
        for each in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)
        os.setsid()
        self._channel.close()
        os.close(self._wake_reader)
        os.close(self._wake_writer)
        for target, descriptor in zip((1, 2), descriptors, strict=False):
            os.dup2(descriptor, target)
            os.close(descriptor)
        return _execute(order)

    def outlast(self) -> None:
        """Stay until the last child has ended: nobody is there who could be told."""
        while self._children:
            pid, _ = os.wait()
            self._children.pop(pid, None)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            key = self._children.pop(pid, None)
            if key is not None:
                code = os.waitstatus_to_exitcode(status)
                self._channel.sendall(orders.told(key=key, code=code))


def _execute(order: dict[str, Any]) -> int:
    """In the child: be as a process that was started with this environment, and execute the run."""
    for name, value in order["env"].items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    if order["directory"]:
        os.chdir(order["directory"])
        sys.path[0] = order["directory"]
    if order["attempt"] is not None:
        os.environ[execution.ATTEMPT] = str(order["attempt"])
    os.environ[execution.RUN_ID] = order["run_id"]
    settings.refresh()
    sys.argv = ["prefect.engine", order["run_id"]]
    try:
        if order["hooks"]:
            return after.call_hooks(order["run_id"], order["hooks"])
        return execution.main(order["run_id"])
    except SystemExit as asked:
        return asked.code if isinstance(asked.code, int) else int(asked.code is not None)
    except BaseException:  # noqa: BLE001 - as an interpreter ends that nobody catches it in
        traceback.print_exc()
        return 1


def _threads() -> int:
    """How many threads this process has; only one of them would be there after a fork."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def main(descriptor: int, modules: list[str]) -> int:
    """The program of the template."""
    channel = socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001 - the run that needs it will say so
            continue
    gc.collect()
    gc.freeze()  # what was there before the fork is not looked at again, and its pages stay shared
    template = Template(channel)
    code = template.serve()
    if code is None:
        template.outlast()
        return 0
    return code  # a child ends as an interpreter ends: threads are waited for, what is at exit is called


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
