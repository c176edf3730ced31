"""Events of workers: what they submitted, what was executed, and that they stopped."""

from __future__ import annotations

import importlib.util
from typing import Any

from prefect._base import lazy
from prefect.logging.loggers import get_logger

emitting: Any = lazy.module("prefect.events.utilities")


def _resource(worker: Any) -> dict[str, str]:
    return {
        "prefect.resource.id": f"prefect.worker.{worker.type}.{worker.get_name_slug()}",
        "prefect.resource.name": worker.name,
        "prefect.version": _version(),
        "prefect.worker-type": worker.type,
    }


def _related(worker: Any, flow_run: Any = None) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    if flow_run is not None:
        found.append(_as_related("flow-run", flow_run.id, flow_run.name))
        found.append({**_as_related("flow", flow_run.flow_id, None)})
        if flow_run.deployment_id is not None:
            found.append(_as_related("deployment", flow_run.deployment_id, None))
        found.extend(
            {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
            for tag in flow_run.tags
        )
    pool = worker._work_pool
    if pool is not None:
        found.append(_as_related("work-pool", pool.id, pool.name))
    return found


def _as_related(role: str, id_: Any, name: str | None) -> dict[str, str]:
    named = {"prefect.resource.name": name} if name else {}
    return {"prefect.resource.id": f"prefect.{role}.{id_}", "prefect.resource.role": role, **named}


async def submitted(worker: Any, flow_run: Any, configuration: Any) -> None:
    """A run was put onto infrastructure."""
    del configuration
    _emit("prefect.worker.submitted-flow-run", worker, _related(worker, flow_run))


async def executed(worker: Any, flow_run: Any, configuration: Any, result: Any) -> None:
    """The job of a run has ended."""
    del configuration
    related = _related(worker, flow_run)
    for each in related:
        if each["prefect.resource.role"] == "flow-run":
            each["prefect.infrastructure.identifier"] = result.identifier
            each["prefect.infrastructure.status-code"] = str(result.status_code)
    _emit("prefect.worker.executed-flow-run", worker, related)


async def stopped(worker: Any) -> None:
    """The worker takes no more runs."""
    _emit("prefect.worker.stopped", worker, _related(worker))


def _emit(event: str, worker: Any, related: list[dict[str, str]]) -> None:
    if importlib.util.find_spec("prefect.events.utilities") is None:
        return
    try:
        emitting.emit_event(event=event, resource=_resource(worker), related=related)
    except Exception:  # noqa: BLE001 - an event that cannot be told keeps no run from its end
        get_logger("worker").debug("Event %r could not be told.", event, exc_info=True)


def _version() -> str:
    from prefect._base.version import __version__

    return __version__
