"""What the end of a process says: why a run crashed, and what can be done."""

from __future__ import annotations

import signal

_KILLED = "it was killed, most likely because the machine had no memory left; give the run more of it."
_CODES = {
    1: "it ended with an error before the run could be told to have failed; its output says which.",
    125: "the container could not be started.",
    126: "the command cannot be executed; look at the permissions of the file.",
    127: "the command was not found; look at the image or the environment.",
    137: _KILLED,
    143: "it was told to end from outside (SIGTERM).",
    247: _KILLED,
}


def explanation(code: int) -> str | None:
    """What an exit code usually means."""
    if code == -signal.SIGKILL:
        return _KILLED
    if code == -signal.SIGTERM:
        return _CODES[143]
    return _CODES.get(code)


def explained(code: int | None) -> str:
    """The message of a run whose process ended without telling the end of the run."""
    if code is None:
        return "The process of the run ended, and nobody saw how."
    if code == 0:
        return "The process of the run ended with status 0 before the run had ended."
    ended = (
        f"Process ended by signal {_name(-code)}" if code < 0 else f"Process exited with status code {code}"
    )
    why = explanation(code)
    return f"{ended}: {why}" if why else f"{ended}."


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
