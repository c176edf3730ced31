"""Packing a flow with its run into a bundle, and getting it out again."""

from __future__ import annotations

import base64
import gzip
import inspect
import sys
import sysconfig
from collections.abc import Generator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import cloudpickle

from prefect._base import lazy
from prefect.bundles import _files
from prefect.bundles._steps import SerializedBundle
from prefect.context import serialize_context
from prefect.flows import Flow

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

bound: Any = lazy.module("prefect._fleet.deploying.bound")


class BundleCreationResult(TypedDict):
    """A bundle, and the archive of the files that travel with it."""

    bundle: SerializedBundle
    zip_path: Path | None


def create_bundle_for_flow_run(
    flow: Flow[Any, Any], flow_run: FlowRun, context: dict[str, Any] | None = None
) -> BundleCreationResult:
    """Pack a flow for a run of it: the function, the code of its modules, the context, what is installed.

    Files that the flow asks for (``include_files``) are packed into an archive beside it. Raises `ValueError`
    for a pattern that matches nothing.
    """
    with _modules_by_value(flow):
        function = _text(flow if type(flow) is Flow else bound.unbound(flow))
    bundle: SerializedBundle = {
        "function": function,
        "context": _text(serialize_context() if context is None else context),
        "flow_run": flow_run.model_dump(mode="json"),
        "dependencies": "\n".join(_installed()),
    }
    archive, files_key = _files.archived(flow)
    if files_key is not None:
        bundle["files_key"] = files_key
    return {"bundle": bundle, "zip_path": archive}


def extract_flow_from_bundle(bundle: SerializedBundle) -> Flow[Any, Any]:
    """The flow that a bundle holds. Only open bundles of people whom you trust: this runs their code."""
    return _value(bundle["function"])


def context_of(bundle: SerializedBundle) -> dict[str, Any] | None:
    """The context that a bundle holds, for `prefect.context.hydrated_context`."""
    return _value(bundle["context"]) if bundle.get("context") else None


def _text(value: Any) -> str:
    return base64.b64encode(gzip.compress(cloudpickle.dumps(value), mtime=0)).decode()  # pyright: ignore[reportUnknownMemberType]


def _value(text: str) -> Any:
    return cloudpickle.loads(gzip.decompress(base64.b64decode(text)))


@contextmanager
def _modules_by_value(flow: Flow[Any, Any]) -> Generator[None]:
    """Let the flow's module be pickled as code if it is not installed, for it is not there elsewhere."""
    module = inspect.getmodule(flow.fn)
    if module is None or module.__name__ == "__main__" or _is_installed(module):
        yield
        return
    package = sys.modules[module.__name__.partition(".")[0]]
    cloudpickle.register_pickle_by_value(package)
    try:
        yield
    finally:
        cloudpickle.unregister_pickle_by_value(package)


def _is_installed(module: Any) -> bool:
    file = getattr(module, "__file__", None)
    if file is None or module.__name__.partition(".")[0] == "prefect":
        return True
    places = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    return any(Path(file).is_relative_to(place) for place in places)


def _installed() -> list[str]:
    """The packages of this environment, as requirements."""
    found = {each.name: each.version for each in metadata.distributions() if each.name}
    return sorted(f"{name}=={version}" for name, version in found.items())
