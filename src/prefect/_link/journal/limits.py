"""How long and how much is kept for a server that does not answer."""

from __future__ import annotations

import os

PATIENCE = "PREFECT_CLIENT_PATIENCE_SECONDS"
DEFAULT_PATIENCE_S = 600.0
# of each kind of records; producers wait when there are more
MOST_BYTES = 256 * 1024 * 1024


def patience_s() -> float:
    """For how many seconds runs wait for a server that does not answer, before they fail."""
    text = os.environ.get(PATIENCE)
    if not text:
        return DEFAULT_PATIENCE_S
    try:
        return max(0.0, float(text))
    except ValueError:
        raise ValueError(f"{PATIENCE} is {text!r}: give a number of seconds.") from None
