"""Kept for programs that import it: nothing differs between the Python versions that are supported."""

from __future__ import annotations
