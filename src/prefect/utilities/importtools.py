"""Finding objects by their names, and importing modules late, from files, or under another name."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from prefect._base import lazy
from prefect.exceptions import ScriptError

hashlib: Any = lazy.module("hashlib")
runpy: Any = lazy.module("runpy")


def to_qualified_name(obj: Any) -> str:
    """The module and the name by which an object is found: ``package.module.Class.method``."""
    return f"{obj.__module__}.{obj.__qualname__}"


def from_qualified_name(name: str) -> Any:
    """The object that :func:`to_qualified_name` named.

    Raises `ModuleNotFoundError` if there is no such module and `AttributeError` if it has no such object.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # the module is there, and something that it imports is not
        owner, _, attribute = name.rpartition(".")
        if not owner:
            raise
        return getattr(from_qualified_name(owner), attribute)


# ------------------------------------------------------------------ scripts


def load_script_as_module(path: str) -> ModuleType:
    """Run a script, not as ``__main__``, and return its module.

    While it runs, its directory is searched for modules first. The module stays registered, so that what the
    script defines can be pickled. Raises `ScriptError` if the script raises.
    """
    file = Path(path).resolve()
    directory = str(file.parent)
    name = _module_name(file)
    spec = importlib.util.spec_from_file_location(
        name, str(file), submodule_search_locations=[directory, str(Path.cwd())]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, directory)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        sys.modules.pop(name, None)
        raise ScriptError(user_exc=error, path=path) from error
    finally:
        if directory in sys.path:
            sys.path.remove(directory)
    return module


def _module_name(file: Path) -> str:
    """The name under which Python would import the file, if it is free; else one that nothing else has."""
    name = file.stem
    if name.isidentifier() and name not in sys.modules and name not in sys.stdlib_module_names:
        return name
    digest = hashlib.md5(str(file).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    return f"__prefect_loader_{digest[:16]}__"


def load_module(module_name: str) -> ModuleType:
    """Import a module by its name, with the working directory searched first."""
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        return importlib.import_module(module_name)
    finally:
        if here in sys.path:
            sys.path.remove(here)


def import_object(import_path: str) -> Any:
    """The object at ``path/to/file.py:object``, ``package.module:object`` or ``package.module.object``."""
    if ".py:" in import_path:
        script, _, name = import_path.rpartition(":")
        if not script.endswith(".py"):
            raise ValueError(f"{import_path!r} names no Python file: expected 'path/to/file.py:object'.")
        return _attribute(load_script_as_module(script), name)
    if ":" in import_path:
        module, _, name = import_path.rpartition(":")
    else:
        module, _, name = import_path.rpartition(".")
    return _attribute(load_module(module), name)


def _attribute(owner: Any, path: str) -> Any:
    for part in path.split("."):
        owner = getattr(owner, part)
    return owner


def safe_load_namespace(source_code: str, filepath: str | None = None) -> dict[str, Any]:
    """The names that a source defines, as far as they can be had without running it.

    Imports, definitions and assignments are carried out one by one; those that fail are left out. Everything
    else is left alone. With `filepath`, relative imports and neighbouring modules are found.
    """
    namespace: dict[str, Any] = {"__name__": "prefect_safe_namespace_loader"}
    directory = None
    if filepath is not None:
        file = Path(filepath).resolve()
        directory = str(file.parent)
        namespace["__file__"] = str(file)
        sys.path.insert(0, directory)
    try:
        for statement in ast.parse(source_code).body:
            _try_statement(statement, filepath or "<string>", namespace)
    finally:
        if directory in sys.path:
            sys.path.remove(directory)
    return namespace


_DEFINING = (
    ast.AnnAssign,
    ast.Assign,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.FunctionDef,
    ast.Import,
    ast.ImportFrom,
)


def _try_statement(statement: ast.stmt, filename: str, namespace: dict[str, Any]) -> None:
    kinds = (
        ast.Import,
        ast.ImportFrom,
        ast.ClassDef,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.Assign,
        ast.AnnAssign,
    )
    if not isinstance(statement, kinds):
        return
    try:
        exec(compile(ast.Module([statement], []), filename, "exec"), namespace)
    except Exception:  # noqa: BLE001 - what cannot be had without its environment is left out
        return


# ------------------------------------------------------------------ late imports


class DelayedImportErrorModule(ModuleType):
    """Stands for a module that is not installed; says so when something of it is used."""

    def __init__(self, error_message: str, help_message: str | None = None) -> None:
        super().__init__("DelayedImportErrorModule")
        self.__error_message = error_message
        self.__help_message = help_message or "Install the package to use this feature."

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__") and attribute.endswith("__"):
            raise AttributeError(attribute)
        raise ModuleNotFoundError(f"{self.__error_message}\n{self.__help_message}")


def lazy_import(name: str, error_on_import: bool = False, help_message: str | None = None) -> ModuleType:
    """A module that is really imported at its first use.

    If it is not installed, its first use raises `ModuleNotFoundError` with `help_message`; with
    `error_on_import` the call itself does.
    """
    if name in sys.modules:
        return sys.modules[name]
    if not _is_installed(name):
        message = f"No module named {name!r}."
        if error_on_import:
            raise ModuleNotFoundError(f"{message}\n{help_message}" if help_message else message)
        return DelayedImportErrorModule(message, help_message)
    return lazy.module(name)


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # the package around it is missing
        return False


# ------------------------------------------------------------------ modules that moved


class AliasedModuleDefinition(NamedTuple):
    """A module `real` that can also be imported as `alias`; `callback` is told when somebody does."""

    alias: str
    real: str
    callback: Callable[[str], None] | None


class AliasedModuleFinder(MetaPathFinder):
    """Finds aliased modules and everything below them; to be put on `sys.meta_path`."""

    def __init__(self, aliases: Iterable[AliasedModuleDefinition]) -> None:
        self.aliases = list(aliases)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        for alias, real, callback in self.aliases:
            if fullname == alias or fullname.startswith(f"{alias}."):
                real_spec = importlib.util.find_spec(real + fullname[len(alias) :])
                if real_spec is None:
                    return None
                loader = AliasedModuleLoader(fullname, callback, real_spec)
                is_package = real_spec.submodule_search_locations is not None
                return ModuleSpec(fullname, loader, origin=real_spec.origin, is_package=is_package)
        return None


class AliasedModuleLoader(Loader):
    """Loads the real module and registers it under the alias too."""

    def __init__(self, alias: str, callback: Callable[[str], None] | None, real_spec: ModuleSpec) -> None:
        self.alias = alias
        self.callback = callback
        self.real_spec = real_spec

    def exec_module(self, module: ModuleType) -> None:
        real = importlib.import_module(self.real_spec.name)
        if self.callback is not None:
            self.callback(self.alias)
        sys.modules[self.alias] = real
