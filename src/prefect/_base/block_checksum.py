"""The identity of a block's schema: the same for the same fields, wherever it is computed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]


def checksum(fields: Fields) -> str:
    """``sha256:`` and the hash of the fields.

    Which fields are secret does not count, nor do the definitions of other blocks: those have checksums of
    their own, which are part of the fields.
    """
    kept = {key: value for key, value in fields.items() if key not in ("secret_fields", "definitions")}
    definitions = {
        name: definition
        for name, definition in (fields.get("definitions") or {}).items()
        if "block_type_slug" not in definition
    }
    if definitions:
        kept["definitions"] = definitions
    # the form that the checksums of stored documents were made from: arguments of a call, as JSON
    text = json.dumps([[kept], {}], sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
