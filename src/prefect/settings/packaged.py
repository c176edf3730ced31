"""The profiles that exist without a file.

`profiles.toml` beside this module says the same for people and editors.
"""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT = "ephemeral"
PROFILES: Mapping[str, Mapping[str, str]] = {
    "ephemeral": {"PREFECT_SERVER_EPHEMERAL_ENABLED": "true"},
    "local": {"PREFECT_API_URL": "http://127.0.0.1:4200/api"},
    "test": {
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:///:memory:",
    },
    "cloud": {},
}
