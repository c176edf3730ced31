"""Where the code of a flow is, as the entrypoint of its deployment."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect.types.entrypoint import EntrypointType

if TYPE_CHECKING:
    from prefect.flows import Flow


def entrypoint_of(flow: Flow[..., Any], kind: EntrypointType = EntrypointType.FILE_PATH) -> str:
    """``path/to/file.py:function``, the path from here; or ``package.module.function``.

    Raises `ValueError` for a flow whose code is in no file.
    """
    if flow._storage is not None:  # pyright: ignore[reportPrivateUsage]
        return flow._entrypoint  # pyright: ignore[reportPrivateUsage]
    fn: Any = inspect.unwrap(flow.fn)
    fn = getattr(fn, "__func__", fn)
    name: str = getattr(fn, "__qualname__", flow.fn.__name__)
    if "<locals>" in name:
        raise ValueError(
            f"Flow {flow.name!r} is defined inside of a function, where no other process finds it."
            " Define it at the level of its module."
        )
    if kind is EntrypointType.MODULE_PATH:
        module = getattr(fn, "__module__", None)
        if not module or module == "__main__":
            raise ValueError(
                f"Flow {flow.name!r} is defined in the script that runs; import it from a module to deploy"
                " it by the path of that module."
            )
        return f"{module}.{name}"
    path = _file_of(fn)
    if path is None:
        raise ValueError(
            f"Flow {flow.name!r} was defined interactively: its code is in no file that another process"
            " could read. Put it into a file, or use `flow.from_source`."
        )
    return f"{_from_here(path)}:{name}"


def _file_of(fn: Any) -> Path | None:
    try:
        found = inspect.getsourcefile(fn) or inspect.getfile(fn)
    except (TypeError, OSError):
        code = getattr(fn, "__code__", None)
        found = code.co_filename if code is not None else ""
    path = Path(found)
    return path.resolve() if path.is_file() else None


def _from_here(path: Path) -> str:
    try:
        return os.path.relpath(path, Path.cwd())
    except ValueError:  # another drive
        return str(path)
