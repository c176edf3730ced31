"""The interpreter's lock, handed over sooner while something waits to be written.

A thread that wants the lock asks for it after the switch interval, and then takes turns with all others that
want it. With the default of 5 ms and a few computing threads the writer would come too late, again at each
statement. So the interval is shorter from the first record of a group until its commit.
"""

from __future__ import annotations

import sys

HURRY_S = 0.0002

_usual_s = sys.getswitchinterval()


def hurry() -> None:
    """From now on the lock changes hands sooner; an interval that is as short already stays."""
    global _usual_s
    interval_s = sys.getswitchinterval()
    if interval_s > HURRY_S:
        _usual_s = interval_s
        sys.setswitchinterval(HURRY_S)


def relax() -> None:
    """Back to what it was, unless the program has set another interval meanwhile."""
    if sys.getswitchinterval() <= HURRY_S < _usual_s:
        sys.setswitchinterval(_usual_s)
