"""The schema's history: numbered scripts, each applied once and as a whole."""

from __future__ import annotations

from pathlib import Path

# Version n of the schema is what the first n scripts make.
SCRIPTS = (
    "0001_initial",
    "0002_deployments_events",
    "0003_flow_run_inputs",
    "0004_concurrency_limits",
    "0005_work_pools",
    "0006_schedules",
    "0007_automations",
    "0008_upkeep",
    "0009_background_tasks",
    "0010_ui_counters",
    "0011_results",
    "0012_counts",
)
LATEST = len(SCRIPTS)

_FOLDER = Path(__file__).parent / "migrations"


def script(version: int) -> str:
    """The SQL that leads from version ``version - 1`` to `version`."""
    return (_FOLDER / f"{SCRIPTS[version - 1]}.sql").read_text(encoding="utf-8")
