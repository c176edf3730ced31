"""What the supervisor of this process means by SIGTERM: that the run is cancelled, or suspended.

The word stands in a small file that the supervisor made before it started the process. Without one, SIGTERM
means what it always does: the run crashes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

VARIABLE = "PREFECT__CONTROL_FILE"
Intent = Literal["cancel", "suspend", "reschedule"]
_KNOWN: tuple[Intent, ...] = ("cancel", "suspend", "reschedule")


def read() -> Intent | None:
    """What the supervisor said, if anything."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    try:
        word = Path(path).read_text().strip()
    except OSError:
        return None
    return word if word in _KNOWN else None


def write(path: str | Path, intent: Intent) -> None:
    """Say it, before the signal is sent."""
    Path(path).write_text(intent)


def clear() -> None:
    """Forget what was said."""
    path = os.environ.get(VARIABLE)
    if path:
        Path(path).unlink(missing_ok=True)
