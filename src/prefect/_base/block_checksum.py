"""The identity of a block's schema: the same for the same fields, wherever it is computed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

_REFERENCE = "#/definitions/"


def checksum(fields: Mapping[str, Any]) -> str:
    """``sha256:`` and the hash of the fields.

    Which fields are secret does not count, nor do the definitions of other blocks (those have checksums of
    their own, which are part of the fields), empty definitions, and those that nothing refers to.
    """
    kept = {key: value for key, value in fields.items() if key not in ("secret_fields", "definitions")}
    definitions: dict[str, Any] = fields.get("definitions") or {}
    used: dict[str, Any] = {}
    _collect(kept, definitions, used)
    counted = {
        name: definition
        for name, definition in used.items()
        if definition and "block_type_slug" not in definition
    }
    if counted:
        kept["definitions"] = counted
    # the form that the checksums of stored documents were made from: arguments of a call, as JSON
    text = json.dumps([[kept], {}], sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _collect(node: Any, definitions: Mapping[str, Any], used: dict[str, Any]) -> None:
    """Add to `used` the definitions that are referred to below `node`."""
    if isinstance(node, list):
        for item in cast("list[Any]", node):
            _collect(item, definitions, used)
    elif isinstance(node, dict):
        for key, item in cast("dict[str, Any]", node).items():
            if key == "$ref" and isinstance(item, str):
                name = item.removeprefix(_REFERENCE)
                if name in definitions and name not in used:
                    used[name] = definitions[name]
                    _collect(definitions[name], definitions, used)
            else:
                _collect(item, definitions, used)
