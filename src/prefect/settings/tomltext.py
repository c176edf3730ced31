"""Writing the file of profiles; the standard library only reads TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def profiles(content: Mapping[str, Any]) -> str:
    """``{"active": name or None, "profiles": {name: {key: text}}}`` as TOML."""
    blocks: list[str] = []
    if content["active"] is not None:
        blocks.append(f"active = {string(content['active'])}\n")
    for name, settings in content["profiles"].items():
        pairs = "".join(f"{key(each)} = {string(value)}\n" for each, value in settings.items())
        blocks.append(f"[profiles.{key(name)}]\n{pairs}")
    return "\n".join(blocks)


def key(name: str) -> str:
    return name if _BARE.fullmatch(name) else string(name)


def string(value: str) -> str:
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return f"\\u{ord(char):04x}" if ord(char) < 32 or ord(char) == 127 else char
