"""``prefect plugins``: which plugins there are, and whether they work."""

from __future__ import annotations

import importlib.metadata
from typing import Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Group
from prefect._cli.tables import Cell

machinery: Any = lazy.module("prefect.plugins")
settings: Any = lazy.module("prefect.settings")

app = Group("plugins", "Look at plugins.")
_SWITCHES = ("enabled", "safe_mode", "strict", "setup_timeout_seconds", "allow", "deny")


@app.command("diagnose")
def diagnose() -> None:
    """Show which plugins are installed, which of them are let in, and whether these can be loaded."""
    values = settings.active()
    render.fields((name.replace("_", " "), _shown(values[f"plugins.{name}"])) for name in _SWITCHES)
    points = importlib.metadata.entry_points(group=machinery.GROUP)
    render.line()
    rows = [(point.name, point.value, *_state(point, values["plugins.enabled"])) for point in points]
    render.table(("Plugin", "Module", "State", "Hooks"), rows, title="Plugins")
    if not values["plugins.enabled"]:
        render.line("Plugins are not enabled: PREFECT_PLUGINS_ENABLED=true lets them in.")


def _shown(value: Any) -> str:
    return ", ".join(sorted(value)) if isinstance(value, (list, set, tuple)) else str(value)


def _state(point: Any, enabled: bool) -> tuple[Cell, str]:
    if not machinery.is_allowed(point):
        return Cell("left out", style="yellow"), ""
    if not enabled:
        return Cell("not enabled", style="dim"), ""
    (found,) = machinery.safe_load_entrypoints(importlib.metadata.EntryPoints([point])).values()
    if isinstance(found, Exception):
        return Cell(f"broken: {found}", style="red"), ""
    return Cell("ok", style="green"), ", ".join(machinery.hooks_of(found))
