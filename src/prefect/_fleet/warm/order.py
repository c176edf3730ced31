"""What a template is told to start, and what it tells back: lines of JSON over a socket pair."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

NEWLINE = b"\n"


@dataclass(frozen=True, slots=True)
class Order:
    """One process to start: the flow run that it executes, where, and with which environment.

    `env` has what is different from the environment of the template; None takes a variable away. With
    `streams` two descriptors come along, which become its standard output and error.
    """

    key: int
    run_id: str
    attempt: int | None
    directory: str | None
    env: dict[str, str | None] = field(default_factory=dict[str, str | None])
    streams: bool = False
    hooks: str | None = None
    """Instead of the run: the hooks to call of its flow, by the type of state that it is in."""

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + NEWLINE


def read(line: bytes) -> Any:
    """What a line says."""
    return json.loads(line)


def told(**words: Any) -> bytes:
    """A line of the template."""
    return json.dumps(words).encode() + NEWLINE
