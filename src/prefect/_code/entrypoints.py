"""From an entrypoint, ``path/to/file.py:function`` or ``package.module.function``, to the flow."""

from __future__ import annotations

import ast
import copy
import errno
import importlib.util
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn, cast

from prefect._base import lazy
from prefect.exceptions import MissingFlowError, ScriptError, UnspecifiedFlowError
from prefect.flows import Flow
from prefect.utilities.collections import listrepr
from prefect.utilities.importtools import import_object, safe_load_namespace

loggers: Any = lazy.module("prefect.logging.loggers")

_PLAIN = (str, int, float, bool, type(None))


def load_flow_from_entrypoint(entrypoint: str, use_placeholder_flow: bool = True) -> Flow[Any, Any]:
    """The flow that `entrypoint` names.

    A script that cannot be run here, because it needs packages that are not installed, is read as far as
    possible; with `use_placeholder_flow` a flow that cannot be had even so is stood for by one of the same
    name and options that raises when it is called.

    Raises `MissingFlowError` if there is no such function or it is not a flow, `ScriptError` if the script
    raises and `use_placeholder_flow` is False, `FileNotFoundError` and `ModuleNotFoundError` if there is no
    such file or module.
    """
    path, name = split(entrypoint)
    try:
        found = _object(entrypoint, path, name)
    except ScriptError as error:
        if not use_placeholder_flow:
            raise
        return safe_load_flow_from_entrypoint(entrypoint) or load_placeholder_flow(entrypoint, error)
    if not isinstance(found, Flow):
        raise MissingFlowError(f"{name!r} in {path!r} is not a flow; decorate the function with `@flow`.")
    if path.endswith(".py"):
        found._entrypoint = entrypoint  # pyright: ignore[reportPrivateUsage]
    return found  # pyright: ignore[reportUnknownVariableType]


def load_function_and_convert_to_flow(entrypoint: str) -> Flow[Any, Any]:
    """The flow that `entrypoint` names; a plain function is made one, which logs what it prints.

    Raises `RuntimeError` if there is no such function, else as :func:`load_flow_from_entrypoint` does.
    """
    path, name = split(entrypoint)
    try:
        found = _object(entrypoint, path, name)
    except MissingFlowError as error:
        raise RuntimeError(f"There is no function {name!r} in {path!r}.") from error
    return cast("Flow[..., Any]", found) if isinstance(found, Flow) else Flow(found, log_prints=True)


def split(entrypoint: str) -> tuple[str, str]:
    """The file or module of an entrypoint, and the name in it."""
    path, colon, name = entrypoint.rpartition(":")
    if not colon:
        path, _, name = entrypoint.rpartition(".")
    if not path or not name or (name == "py" and not colon):
        raise ValueError(
            f"{entrypoint!r} is no entrypoint; "
            "expected 'path/to/file.py:function' or 'package.module.function'."
        )
    return path, name


def _object(entrypoint: str, path: str, name: str) -> Any:
    if path.endswith(".py"):
        _require_file(path)
    try:
        return import_object(entrypoint)
    except AttributeError as error:
        if getattr(error, "name", None) not in name.split("."):
            raise
        raise MissingFlowError(f"There is no function {name!r} in {path!r}.") from error


def _require_file(path: str) -> None:
    if not Path(path).is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


# ------------------------------------------------------------------ without running the script


def safe_load_flow_from_entrypoint(entrypoint: str) -> Flow[Any, Any] | None:
    """The flow that `entrypoint` names, without running its script as a whole; None where that cannot be.

    Annotations that name what is not there are left out.
    """
    path, name = _source_of(entrypoint)
    source = Path(path).read_text()
    namespace = safe_load_namespace(source, filepath=path)
    if name not in namespace:
        _define_bare(_definition(source, name, path), path, namespace)
    found = namespace.get(name)
    return cast("Flow[..., Any]", found) if isinstance(found, Flow) else None


def _define_bare(definition: ast.FunctionDef | ast.AsyncFunctionDef, path: str, namespace: Any) -> None:
    """Carry out a definition without its annotations; leave it when that does not help."""
    bare = copy.deepcopy(definition)
    bare.returns = None
    arguments = bare.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    for argument in every:
        if argument is not None:
            argument.annotation = None
    try:
        exec(compile(ast.Module([bare], []), path, "exec"), namespace)
    except Exception as error:  # noqa: BLE001 - what cannot be had without its environment is left out
        loggers.get_logger("flows").debug("%r cannot be defined here: %r", definition.name, error)


def load_placeholder_flow(entrypoint: str, raises: BaseException) -> Flow[Any, Any]:
    """A flow with the options of the one that `entrypoint` names, which raises `raises` when it is called."""

    def unavailable() -> NoReturn:
        raise raises

    async def unavailable_async() -> NoReturn:
        raise raises

    function: Callable[[], Any] = unavailable_async if is_entrypoint_async(entrypoint) else unavailable
    found = Flow(function, **load_flow_arguments_from_entrypoint(entrypoint))
    found._entrypoint = entrypoint  # pyright: ignore[reportPrivateUsage]
    return found


def load_flow_arguments_from_entrypoint(
    entrypoint: str, arguments: Iterable[str] | None = None
) -> dict[str, Any]:
    """The options that the decorator of a flow is given, and its name, without running its script.

    Those that are text, numbers, truth values or None, or become so when they are evaluated with what the
    script defines; with `arguments` only those.
    """
    path, name = _source_of(entrypoint)
    source = Path(path).read_text()
    definition = _definition(source, name, path)
    keywords = _keywords(definition)
    wanted = keywords.keys() if arguments is None else keywords.keys() & set(arguments)
    namespace: dict[str, Any] | None = None
    found: dict[str, Any] = {}
    for option in wanted:
        try:
            found[option] = ast.literal_eval(keywords[option])
        except ValueError:  # not a literal
            namespace = namespace or safe_load_namespace(source, filepath=path)
            value = _evaluated(keywords[option], path, namespace)
            if isinstance(value, _PLAIN):
                found[option] = value
    if arguments is None or "name" in arguments:
        found.setdefault("name", name.replace("_", "-"))
    return {option: value for option, value in found.items() if value is not None}


def _evaluated(expression: ast.expr, path: str, namespace: dict[str, Any]) -> Any:
    try:
        return eval(compile(ast.Expression(expression), path, "eval"), namespace)
    except Exception as error:  # noqa: BLE001 - what cannot be had without its environment is left out
        loggers.get_logger("flows").debug("%r cannot be evaluated here: %r", ast.unparse(expression), error)
        return None


def _keywords(definition: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.expr]:
    """The keyword arguments of the ``@flow(...)`` above a function."""
    for decorator in definition.decorator_list:
        if isinstance(decorator, ast.Call):
            function = decorator.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
            if called == "flow":
                return {word.arg: word.value for word in decorator.keywords if word.arg is not None}
    return {}


def is_entrypoint_async(entrypoint: str) -> bool:
    """Whether the function that `entrypoint` names is an ``async def``; its script is read, not run."""
    path, name = _source_of(entrypoint)
    return isinstance(_definition(Path(path).read_text(), name, path), ast.AsyncFunctionDef)


def _source_of(entrypoint: str) -> tuple[str, str]:
    """The file of an entrypoint, and the name in it."""
    path, name = split(entrypoint)
    if path.endswith(".py"):
        _require_file(path)
        return path, name
    spec = importlib.util.find_spec(path)
    if spec is None or spec.origin is None or not spec.has_location:
        raise ModuleNotFoundError(f"There is no module {path!r} that is written in Python.", name=path)
    return spec.origin, name


def _definition(source: str, name: str, path: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The definition of `name` (``Class.method`` for methods); raises `ValueError` if there is none."""
    body: list[ast.stmt] = ast.parse(source, path).body
    *owners, function = name.split(".")
    for owner in owners:
        classes = [s for s in body if isinstance(s, ast.ClassDef) and s.name == owner]
        body = classes[0].body if classes else []
    for statement in reversed(body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == function:
            return statement
    raise ValueError(f"There is no function {name!r} in {path!r}.")


# ------------------------------------------------------------------ one of several


def select_flow(
    flows: Iterable[Flow[Any, Any]], flow_name: str | None = None, from_message: str | None = None
) -> Flow[Any, Any]:
    """The only one of `flows`, or the one of the name `flow_name`.

    Raises `MissingFlowError` if there is none, `UnspecifiedFlowError` if there are several and no name is
    given. `from_message` tells where the flows are from: ``"in script.py"``.
    """
    by_name = {flow.name: flow for flow in flows}
    where = f" {from_message}" if from_message else ""
    if not by_name:
        raise MissingFlowError(f"No flows found{where}; decorate functions with `@flow`.")
    known = listrepr(sorted(by_name))
    if flow_name:
        if flow_name not in by_name:
            raise MissingFlowError(f"There is no flow {flow_name!r}{where}, only {known}.")
        return by_name[flow_name]
    if len(by_name) > 1:
        raise UnspecifiedFlowError(f"Found {len(by_name)} flows{where}: {known}. Say which by its name.")
    return next(iter(by_name.values()))
