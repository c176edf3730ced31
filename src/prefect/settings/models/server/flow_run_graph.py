"""Limits of the graph of a flow run."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerFlowRunGraphSettings(HouseSettings):
    """Limits of the graph of a flow run."""

    model_config = build_settings_config(("server", "flow_run_graph"), frozen=True)

    max_nodes: int = of("server.flow_run_graph.max_nodes")
    max_artifacts: int = of("server.flow_run_graph.max_artifacts")
