"""Who owns an attempt: the identity of a process that no other process ever has.

The text is ``host:boot:pid:start``. With the time at which the process started, a process id that is given
out again is not mistaken for its former holder; `boot` names the run of the kernel and the namespace in which
the id counts.
"""

from __future__ import annotations

import os
import platform
import time

_current: tuple[int, str] | None = None

attempts: dict[str, int] = {}
"""The attempts under which this process acts for runs that it got from another one, or handed to another."""


def current() -> str:
    """The identity of this process; another one after a fork."""
    global _current
    pid = os.getpid()
    if _current is None or _current[0] != pid:
        _current = (pid, of(pid))
    return _current[1]


def of(pid: int) -> str:
    """The identity of a process of this host."""
    return f"{_host()}:{_boot()}:{pid}:{_start(pid) or f'n{time.time_ns()}'}"


def is_alive(owner: str) -> bool | None:
    """Whether that process still runs; None if it cannot be known from here (another host or container)."""
    if owner == current():
        return True
    try:
        host, boot, pid, start = owner.split(":")
        number = int(pid)
    except ValueError:
        return None
    if host != _host():
        return None
    kernel, _, space = boot.partition(".")
    kernel_here, _, space_here = _boot().partition(".")
    if not kernel or not kernel_here:
        return _answers(number)
    if kernel != kernel_here:
        return False
    if space != space_here:
        return None
    return _start(number) == start


def _host() -> str:
    return platform.node().replace(":", "-")


def _boot() -> str:
    """Kernel run and process namespace; empty where ``/proc`` is missing."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            kernel = file.read().strip()
        return f"{kernel}.{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return ""


def _start(pid: int) -> str | None:
    """When the process started, in ticks since boot; None if there is none, or only its remains."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    state, start = fields[0], fields[19]
    return None if state in "ZX" else start


def _answers(pid: int) -> bool | None:
    """Without ``/proc``: a process id that is free is certainly not alive, one in use may be another's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return None
    return None
