"""Where things are when nobody says otherwise."""

from __future__ import annotations

from pathlib import Path

DEFAULT_PREFECT_HOME = Path.home() / ".prefect"
DEFAULT_PROFILES_PATH = Path(__file__).parent / "profiles.toml"
