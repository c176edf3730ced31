"""Named commit points: where kill tests stop, fail or end the process.

In production nothing happens there.
"""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "sqlite.create.before_rename",
    "sqlite.group.begun",
    "sqlite.group.before_commit",
    "sqlite.group.after_commit",
)

_hook: Callable[[str], None] | None = None


def point(name: str) -> None:
    """Tell the installed hook, if any, that the commit point `name` is reached."""
    if _hook is not None:
        _hook(name)


def install(hook: Callable[[str], None] | None) -> None:
    """Have `hook` called at each point with its name; None takes it away."""
    global _hook
    _hook = hook
