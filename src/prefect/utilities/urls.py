"""Addresses of objects in the UI and in the API, and whether an address may be called."""

from __future__ import annotations

import re
from string import Formatter
from typing import Any, Literal
from uuid import UUID

from prefect._base import lazy

settings: Any = lazy.module("prefect.settings")
socket: Any = lazy.module("socket")
ipaddress: Any = lazy.module("ipaddress")
urlparse: Any = lazy.module("urllib.parse")

UI_URL_FORMATS = {
    "flow": "flows/flow/{obj_id}",
    "flow-run": "runs/flow-run/{obj_id}",
    "flow-run-response": "runs/flow-run/{obj_id}",
    "task-run": "runs/task-run/{obj_id}",
    "block": "blocks/block/{obj_id}",
    "block-document": "blocks/block/{obj_id}",
    "work-pool": "work-pools/work-pool/{obj_id}",
    "work-queue": "work-queues/work-queue/{obj_id}",
    "concurrency-limit": "concurrency-limits/concurrency-limit/{obj_id}",
    "deployment": "deployments/deployment/{obj_id}",
    "automation": "automations/automation/{obj_id}",
    "received-event": "events/event/{occurred}/{obj_id}",
    "worker": "work-pools/work-pool/{work_pool_name}/worker/{obj_id}",
    "artifact": "artifacts/artifact/{obj_id}",
}
API_URL_FORMATS = {
    "flow": "flows/{obj_id}",
    "flow-run": "flow_runs/{obj_id}",
    "flow-run-response": "flow_runs/{obj_id}",
    "task-run": "task_runs/{obj_id}",
    "variable": "variables/name/{obj_id}",
    "block": "block_documents/{obj_id}",
    "block-document": "block_documents/{obj_id}",
    "work-pool": "work_pools/{obj_id}",
    "work-queue": "work_queues/{obj_id}",
    "concurrency-limit": "concurrency_limits/{obj_id}",
    "deployment": "deployments/{obj_id}",
    "automation": "automations/{obj_id}",
    "artifact": "artifacts/{obj_id}",
}
RUN_TYPES = {"flow-run", "task-run"}

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def convert_class_to_name(obj: Any) -> str:
    """The kind of an object as addresses spell it: a `FlowRun` is a ``flow-run``."""
    cls = obj if isinstance(obj, type) else type(obj)
    return _WORD.sub("-", cls.__name__).lower()


def url_for(
    obj: Any,
    obj_id: str | UUID | None = None,
    url_type: Literal["ui", "api"] = "ui",
    default_base_url: str | None = None,
    **additional_format_kwargs: Any,
) -> str | None:
    """The address of an object in the UI or in the API.

    Args:
        obj: a run, flow, deployment, block, variable, future, event resource ..., or the name of its
            kind, such as ``"flow-run"``.
        obj_id: its id (of a work pool its name), needed if only the kind is given.
        url_type: ``"ui"`` or ``"api"``.
        default_base_url: where the address begins if the settings do not say.
        additional_format_kwargs: what some kinds need beside the id: the `work_pool_name` of a worker.

    Returns None if no address is known: no base in the settings, or a kind that has no page.
    """
    if url_type not in ("ui", "api"):
        raise ValueError(f"Invalid URL type: {url_type!r}. Use 'ui' or 'api'.")
    if isinstance(obj, str):
        if not obj_id:
            raise ValueError("If passing an object name, you must also provide an object ID.")
        kind = obj.removeprefix("prefect.")
    else:
        kind, obj_id = _kind_and_id(obj, obj_id)
    formats = UI_URL_FORMATS if url_type == "ui" else API_URL_FORMATS
    base = _base_url(url_type) or default_base_url
    if base is None or kind not in formats or obj_id is None:
        return None
    facts = {"obj_id": obj_id, **additional_format_kwargs}
    if kind == "received-event":
        occurred: Any = getattr(obj, "occurred", facts.get("occurred"))
        facts["occurred"] = occurred.strftime("%Y-%m-%d") if hasattr(occurred, "strftime") else occurred
    needed = {name for _, name, _, _ in Formatter().parse(formats[kind]) if name}
    if missing := sorted(needed - {name for name, value in facts.items() if value is not None}):
        raise ValueError(
            f"Unable to generate URL for {kind} because the following keys are missing: {', '.join(missing)}"
        )
    return f"{base.rstrip('/')}/{formats[kind].format(**facts)}"


def _kind_and_id(obj: Any, obj_id: Any) -> tuple[str, Any]:
    names = {base.__name__ for base in type(obj).__mro__}
    if "PrefectFuture" in names:
        return "task-run", obj_id or obj.task_run_id
    if "Block" in names:
        return "block", obj_id or getattr(obj, "_block_document_id", None)
    if "Resource" in names:
        kind, _, resource_id = obj.id.removeprefix("prefect.").rpartition(".")
        return kind, obj_id or resource_id
    kind = convert_class_to_name(obj)
    if kind in ("variable", "work-pool"):
        return kind, obj_id or obj.name
    return kind, obj_id or getattr(obj, "id", None)


def _base_url(url_type: str) -> str | None:
    values = settings.active()
    return values["ui_url"] if url_type == "ui" else values["api.url"]


# ------------------------------------------------------------------ addresses that may be called


def validate_restricted_url(url: str) -> None:
    """Raise `ValueError` unless `url` is an HTTP address of the public internet.

    Keeps notifications from being sent to hosts of the private network.
    """
    parsed = urlparse.urlparse(url)
    if parsed.scheme not in ("http", "https"):
        raise ValueError(f"{url!r} is not a valid URL.  Only HTTP and HTTPS URLs are allowed.")
    host = parsed.hostname or ""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        raise ValueError(f"{url!r} is not a valid URL.  It could not be resolved.") from None
    for *_, address in found:
        if not ipaddress.ip_address(address[0].partition("%")[0]).is_global:
            raise ValueError(f"{url!r} is not a valid URL.  It resolves to the private address {address[0]}.")


_GUARDED = ("SSRFProtectedAsyncHTTPTransport", "SSRFProtectedHTTPTransport")
guarded_http: Any = lazy.module("prefect.utilities._guarded_http")


def __getattr__(name: str) -> Any:
    # transports that reach public addresses only; the HTTP library is loaded by those who ask for them
    if name in _GUARDED:
        return getattr(guarded_http, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
