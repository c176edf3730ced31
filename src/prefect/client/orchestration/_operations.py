"""The operations that the clients call, by name, and the endpoints of those that not every server has.

A hosted server knows endpoints that are not in the table of operations: they are called by their address.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from prefect._wire.operation import OPERATIONS, Method, Operation, named

# name -> (method, path, names of query parameters)
ADDRESSES: Mapping[str, tuple[Method, str, tuple[str, ...]]] = {
    "admin.read_version": ("GET", "/admin/version", ()),
    "admin.read_storage": ("GET", "/admin/storage", ()),
    "admin.update_storage": ("PUT", "/admin/storage", ()),
    "admin.clear_storage": ("DELETE", "/admin/storage", ()),
    "collections.read_view": ("GET", "/collections/views/{view}", ()),
    "deployments.branch": ("POST", "/deployments/{id}/branch", ()),
    "deployments.create_flow_run": ("POST", "/deployments/{id}/create_flow_run", ()),
    "deployments.create_schedules": ("POST", "/deployments/{id}/schedules", ()),
    "deployments.delete_schedule": ("DELETE", "/deployments/{id}/schedules/{schedule_id}", ()),
    "deployments.get_scheduled_flow_runs": ("POST", "/deployments/get_scheduled_flow_runs", ()),
    "deployments.pause": ("POST", "/deployments/{id}/pause_deployment", ()),
    "deployments.read_schedules": ("GET", "/deployments/{id}/schedules", ()),
    "deployments.resume": ("POST", "/deployments/{id}/resume_deployment", ()),
    "deployments.update_schedule": ("PATCH", "/deployments/{id}/schedules/{schedule_id}", ()),
    "events.filter": ("POST", "/events/filter", ()),
    "events.next_page": ("GET", "/events/filter/next", ("page-token",)),
    "root.hello": ("GET", "/hello", ()),
    "slas.apply": ("POST", "/slas/apply-resource-slas/prefect.deployment.{id}", ()),
    "work_pools.concurrency_status": ("POST", "/work_pools/{name}/concurrency_status", ()),
    "work_pools.create": ("POST", "/work_pools/", ()),
    "work_pools.delete": ("DELETE", "/work_pools/{name}", ()),
    "work_pools.filter": ("POST", "/work_pools/filter", ()),
    "work_pools.get_scheduled_flow_runs": ("POST", "/work_pools/{name}/get_scheduled_flow_runs", ()),
    "work_pools.read": ("GET", "/work_pools/{name}", ()),
    "work_pools.update": ("PATCH", "/work_pools/{name}", ()),
    "work_pools.create_queue": ("POST", "/work_pools/{work_pool_name}/queues", ()),
    "work_pools.filter_queues": ("POST", "/work_pools/{work_pool_name}/queues/filter", ()),
    "work_pools.read_queue": ("GET", "/work_pools/{work_pool_name}/queues/{name}", ()),
    "work_pools.filter_workers": ("POST", "/work_pools/{work_pool_name}/workers/filter", ()),
    "work_pools.heartbeat": ("POST", "/work_pools/{work_pool_name}/workers/heartbeat", ("return_id",)),
    "work_queues.concurrency_status": ("POST", "/work_queues/{id}/concurrency_status", ()),
    "work_queues.create": ("POST", "/work_queues/", ()),
    "work_queues.delete": ("DELETE", "/work_queues/{id}", ()),
    "work_queues.filter": ("POST", "/work_queues/filter", ()),
    "work_queues.get_runs": ("POST", "/work_queues/{id}/get_runs", ()),
    "work_queues.read": ("GET", "/work_queues/{id}", ()),
    "work_queues.read_by_name": ("GET", "/work_queues/name/{name}", ()),
    "work_queues.status": ("GET", "/work_queues/{id}/status", ()),
    "work_queues.update": ("PATCH", "/work_queues/{id}", ()),
}


@cache
def operation(name: str) -> Operation:
    """The operation that the clients call `name`."""
    address = ADDRESSES.get(name)
    return named(name) if address is None else at(name, *address)


def at(name: str, method: Method, path: str, query: tuple[str, ...] = ()) -> Operation:
    """The operation with this address: the declared one, or else one that only a server may know."""
    declare_all()
    for declared in OPERATIONS.values():
        if declared.method == method and declared.path == path:
            return declared
    return Operation(name=name, method=method, path=path, query=dict.fromkeys(query, ""))


@cache
def declare_all() -> None:
    """Fill the table of operations."""
    import importlib
    import pkgutil

    import prefect._wire.operations as declared

    for module in pkgutil.iter_modules(declared.__path__):
        importlib.import_module(f"{declared.__name__}.{module.name}")
