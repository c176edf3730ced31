"""How large a result may be that the server keeps; by itself, so that nobody loads models for it."""

from __future__ import annotations

MAX_KEPT_BYTES = 65_536
"""The size up to which a stored result is kept by the server as well, in bytes of its record."""
