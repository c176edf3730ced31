"""The types of work pools: which can be created, their templates."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._cli import client, session
from prefect._cli.errors import CommandError

workers: Any = lazy.module("prefect.workers.base")


def known() -> list[str]:
    """The types that can be created: of installed workers, and those that the server knows."""
    types = set(workers.BaseWorker.get_all_available_worker_types())
    for found in _described().values():
        types.update(found)
    return sorted(types)


def _described() -> dict[str, dict[str, Any]]:
    return client.call("collections.view", view="aggregate-worker-metadata")


def chosen(type: str | None) -> str:
    """The type itself if it is known; without one, the answer of the person at the terminal."""
    if type is not None and any(type in found for found in _described().values()):
        return type  # known without looking at what is installed
    types = known()
    if type is None:
        if not session.is_interactive():
            raise CommandError(f"Say which type of work pool: --type {'|'.join(types)}.")
        type = input(f"Which type of work pool? {', '.join(types)} [process]: ").strip() or "process"
    if type not in types:
        raise unknown(type, types)
    return type


def unknown(type: str, types: list[str]) -> CommandError:
    return CommandError(
        f"Unknown work pool type '{type}'. Choose from {', '.join(types)};"
        " types of other packages are there once these are installed."
    )


def package(type: str) -> str | None:
    """The package that brings the workers of a type; None if they are here, or nobody knows."""
    name = next((name for name, described in _described().items() if type in described), "prefect")
    if name == "prefect" or workers.BaseWorker.get_worker_class_from_type(type) is not None:
        return None
    return name


def template(type: str) -> dict[str, Any]:
    """The template of new pools of a type. Raises `CommandError` for one that nobody knows.

    An empty one is filled in by the first worker, which knows what it takes.
    """
    described = _described()
    if type in described.get("prefect", {}):
        return described["prefect"][type]["default_base_job_configuration"]
    found = workers.BaseWorker.get_worker_class_from_type(type)
    if found is not None:
        return found.get_default_base_job_template()
    for others in described.values():
        if type in others:
            return others[type]["default_base_job_configuration"]
    raise unknown(type, known())


def cannot_provision(type: str) -> CommandError:
    """Why the infrastructure of a type is not set up from here."""
    return CommandError(
        f"The infrastructure of work pools of type '{type}' is not set up by this command."
        " Set it up with the tools of its provider, then name it in the base job template."
    )
