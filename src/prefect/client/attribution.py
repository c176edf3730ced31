"""Who asks: the run, flow and worker in which a request is made, told to the server in headers."""

from __future__ import annotations

import os

# header -> environment variable that workers set for the runs they start
_BY_ENVIRONMENT = {
    "X-Prefect-Worker-Id": "PREFECT__WORKER_ID",
    "X-Prefect-Worker-Name": "PREFECT__WORKER_NAME",
    "X-Prefect-Flow-Run-Id": "PREFECT__FLOW_RUN_ID",
    "X-Prefect-Flow-Run-Name": "PREFECT__FLOW_RUN_NAME",
    "X-Prefect-Flow-Id": "PREFECT__FLOW_ID",
    "X-Prefect-Flow-Name": "PREFECT__FLOW_NAME",
    "X-Prefect-Deployment-Id": "PREFECT__DEPLOYMENT_ID",
    "X-Prefect-Deployment-Name": "PREFECT__DEPLOYMENT_NAME",
}


def get_attribution_headers() -> dict[str, str]:
    """What is known of who asks."""
    found = {header: os.environ.get(name) for header, name in _BY_ENVIRONMENT.items()}
    return {header: value for header, value in found.items() if value and value.isascii()}
