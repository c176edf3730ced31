"""Handles made with `lazy.module` go down the floors as imports do, and every module has a floor.

The table of floors is the one that import-linter reads, in pyproject.toml.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.house.processes import ROOT

import prefect

SOURCE = Path(prefect.__file__).parent

# handles that lead up, each with the reason why that is right
UPWARD = {
    ("_engine.caching", "runtime"): "the text of a storage key may name what users see of the run",
    (
        "_engine.crossing",
        "task_runners",
    ): "a context that crosses into a process is rebuilt from public classes",
    ("_engine.validation", "blocks.core"): "a parameter may be a block",
    ("_link.given", "client.orchestration"): "tells the client for async code by its class",
    ("utilities.context", "_engine.scope"): "a public helper that tells the ids of the runs at hand",
    ("utilities.engine", "_engine.outside"): "the name under which task runners of other packages know it",
    ("utilities.services", "settings"): "a public helper that serves metrics if the settings say so",
    ("utilities.templating", "client.orchestration"): "a public helper that reads variables and blocks",
    ("utilities.templating", "logging.loggers"): "as above",
    ("utilities.urls", "settings"): "a public helper that knows the address of the pages",
}
# these import what they must: a table of hooks, and the names of the package
TABLES = {"_base.late", "_base.lazy", "", "client"}


def contract(name: str) -> dict[str, Any]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return next(
        found for found in config["tool"]["importlinter"]["contracts"] if found["name"].startswith(name)
    )


def floors() -> dict[str, int]:
    """Module below `prefect` -> number of its floor, the lowest 0."""
    layers = contract("Imports go down")["layers"]
    return {
        module.strip(" ()"): number
        for number, layer in enumerate(reversed(layers))
        for module in layer.split(":")
    }


FLOORS = floors()


def floor(module: str) -> int | None:
    """The floor of the longest name in the table that `module` is or lies in."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((FLOORS[name] for name in names if name in FLOORS), None)


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        yield name.removesuffix("__init__").rstrip("."), path


def handles(path: Path) -> Iterator[str]:
    """The modules of ours that `path` has handles of."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy.module":
            match node.args:
                case [ast.Constant(value=str(name))] if name.startswith("prefect."):
                    yield name.removeprefix("prefect.")


def test_every_module_has_a_floor() -> None:
    packages = {"", "client", "server", "events"}  # these hold modules of several floors and nothing else
    assert [name for name, _ in modules() if name not in packages and floor(name) is None] == []


def test_handles_go_down_the_floors() -> None:
    upward = {
        (name, target)
        for name, path in modules()
        if name not in TABLES
        for target in handles(path)
        if (floor(target) or 0) > (floor(name) or 0)
    }
    assert upward - UPWARD.keys() == set(), "these handles lead up"
    assert UPWARD.keys() - upward == set(), "these exceptions are not needed any more"


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules of ours that are imported when the program runs, wherever in the module that stands."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{name.name}" for name in names)
            case _:
                yield from imports(node)


def test_the_upper_floors_reach_the_store_through_a_link_only() -> None:
    forbidden = contract("The engine, the faces")["forbidden_modules"]
    found = [
        (name, target)
        for name, path in modules()
        if FLOORS["_engine"] <= (floor(name) or 0) < FLOORS["_cli"]
        for target in [*imports(ast.parse(path.read_text())), *(f"prefect.{name}" for name in handles(path))]
        if any(f"{target}.".startswith(f"{module}.") for module in forbidden)
    ]
    assert found == []


def test_imports_are_found() -> None:
    code = "if TYPE_CHECKING:\n import a\ndef f():\n from b import c\n import d.e"
    assert list(imports(ast.parse(code))) == ["b.c", "d.e"]
