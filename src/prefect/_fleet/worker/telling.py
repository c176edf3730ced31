"""Events of workers: what they submitted, what was executed, and that they stopped."""

from __future__ import annotations

import importlib.util
from typing import Any

from prefect._base import lazy
from prefect.logging.loggers import get_logger

emitting: Any = lazy.module("prefect.events.utilities")
schemas: Any = lazy.module("prefect.events.schemas.events")

Labels = dict[str, str]


def resource(worker: Any) -> Labels:
    """A worker, as events name it."""
    return {
        "prefect.resource.id": f"prefect.worker.{worker.type}.{worker.get_name_slug()}",
        "prefect.resource.name": worker.name,
        "prefect.version": _version(),
        "prefect.worker-type": worker.type,
    }


def related_to_job(configuration: Any) -> list[Any]:
    """The deployment, flow and flow run of a job, and their tags: `RelatedResource`."""
    found: list[Labels] = []
    tags: set[str] = set()
    for role, it in configuration._related_objects.items():
        if it is not None:
            tags.update(it.tags or ())
            found.append(_labels(role, it.id, it.name))
    found += [_labels("tag", tag, None) for tag in sorted(tags)]
    return [schemas.RelatedResource(each) for each in found]


def related(worker: Any, configuration: Any = None, *, with_worker: bool = False) -> list[Any]:
    """What takes part in what a worker does: the job, if there is one, and the pool."""
    found = [] if configuration is None else configuration._related_resources()
    pool = worker._work_pool
    if pool is not None:
        found.append(schemas.RelatedResource(_labels("work-pool", pool.id, pool.name)))
    if with_worker:
        found.append(schemas.RelatedResource({**resource(worker), "prefect.resource.role": "worker"}))
    return found


def _labels(role: str, id_: Any, name: str | None) -> Labels:
    named = {"prefect.resource.name": name} if name else {}
    return {"prefect.resource.id": f"prefect.{role}.{id_}", "prefect.resource.role": role, **named}


def submitted(worker: Any, configuration: Any) -> Any:
    """A run was put onto infrastructure; the event, None if it cannot be told."""
    return _emit(worker, "prefect.worker.submitted-flow-run", configuration)


def executed(worker: Any, configuration: Any, result: Any, follows: Any = None) -> None:
    """The job of a run has ended."""
    how = {
        "prefect.infrastructure.identifier": result.identifier,
        "prefect.infrastructure.status-code": str(result.status_code),
    }
    _emit(worker, "prefect.worker.executed-flow-run", configuration, {"flow-run": how}, follows)


def stopped(worker: Any) -> None:
    """The worker takes no more runs."""
    _emit(worker, "prefect.worker.stopped")


def _emit(
    worker: Any,
    event: str,
    configuration: Any = None,
    more: dict[str, Labels] | None = None,
    follows: Any = None,
) -> Any:
    if importlib.util.find_spec("prefect.events.utilities") is None:
        return None
    try:
        taking_part = [
            {**each.root, **(more or {}).get(each.role, {})}
            for each in worker._event_related_resources(configuration)
        ]
        return emitting.emit_event(
            event=event, resource=worker._event_resource(), related=taking_part, follows=follows
        )
    except Exception:  # noqa: BLE001 - an event that cannot be told keeps no run from its end
        get_logger("worker").debug("Event %r could not be told.", event, exc_info=True)
        return None


def _version() -> str:
    from prefect._base.version import __version__

    return __version__
