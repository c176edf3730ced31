"""What a task's cache key is made of: which task it is, what its code says, which arguments it gets."""

from __future__ import annotations

import functools
import inspect
import pathlib
import sys
import threading
import types
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast
from weakref import WeakKeyDictionary

from prefect._engine.persist.digest import digest


class TaskLike(Protocol):
    """What keys need to know of a task."""

    @property
    def fn(self) -> Callable[..., Any]: ...


_sources: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
_identities: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
_memo_lock = threading.Lock()


def task_input_hash(context: Any, arguments: dict[str, Any]) -> str | None:
    """A cache key of the task, its code and its arguments; None where they have no lasting identity.

    For ``@task(cache_key_fn=task_input_hash)``.
    """
    task = context.task
    try:
        return digest(getattr(task, "task_key", None), _code_of(task.fn), arguments)
    except Exception:  # noqa: BLE001 - the user's objects may raise anything while they are taken apart
        return None


def task_identity(task: TaskLike) -> str:
    """Which task this is: where its function was defined and how it is called there.

    It survives edits of the function, runs from other directories, and the step from a script that is run to
    the same file imported. A function without a name of its own (a lambda, or one made inside another
    function) is told apart by its code as well.
    """
    fn = getattr(task, "fn", None)
    if fn is None:
        return str(getattr(task, "task_key", None) or getattr(task, "name", ""))
    return _memoised(_identities, _plain_function(fn), _identify)


def source_hash(task: TaskLike) -> str:
    """A fingerprint of a task's source text (of its byte code if there is none).

    Plain values that the function has closed over count as part of its code.
    """
    return _memoised(_sources, _plain_function(task.fn), functools.partial(_hash_source, task))


def _memoised(memo: WeakKeyDictionary[Any, str], fn: Any, make: Callable[[Any], str]) -> str:
    try:
        found = memo.get(fn)
    except TypeError:  # not hashable, or without weak references
        return make(fn)
    if found is None:
        found = make(fn)
        with _memo_lock:
            memo[fn] = found
    return found


def _plain_function(fn: Any) -> Any:
    """The function behind a bound method; anything else as it is."""
    return fn.__func__ if isinstance(fn, types.MethodType) else fn


def _innermost(fn: Any) -> Any:
    """The function that is called in the end: behind partials, methods and callable objects."""
    while isinstance(fn, functools.partial):
        fn = fn.func
    fn = _plain_function(fn)
    return fn if hasattr(fn, "__qualname__") else cast(Any, type(fn))


def _identify(fn: Any) -> str:
    inner = _innermost(fn)
    qualname: str = inner.__qualname__
    parts = [_module_name(inner), qualname]
    if "<" in qualname:
        parts.append(digest(_code_of(inner), _closed_over(inner)))
    arguments = _partial_arguments(fn)
    if arguments:
        parts.append(digest(arguments))
    return ":".join(parts)


def _module_name(fn: Any) -> str:
    """The module of `fn` as others import it: for the main program and for loaders' made-up names, from its
    file.
    """
    module: str = getattr(fn, "__module__", None) or ""
    if not module.startswith("__"):
        return module
    spec = getattr(sys.modules.get(module), "__spec__", None) if module == "__main__" else None
    if spec is not None and spec.name:
        return str(spec.name).removesuffix(".__main__")
    code = getattr(fn, "__code__", None)
    return pathlib.PurePath(code.co_filename).stem if code is not None else module


def _hash_source(task: TaskLike, fn: Any) -> str:
    inner = _innermost(fn)
    text = getattr(task, "source_code", None) or _source_text(inner)
    return digest(text or _code_of(inner), _closed_over(inner), _partial_arguments(fn))


def _source_text(fn: Any) -> str | None:
    try:
        return inspect.getsource(fn)
    except (OSError, TypeError):
        return None


def _code_of(fn: Any) -> Any:
    """What the byte code of `fn` does, without where it stands in its file; the name of what has no byte
    code.
    """
    inner = _innermost(fn)
    code = getattr(inner, "__code__", None)
    if code is None and isinstance(inner, type):
        code = getattr(getattr(inner, "__call__", None), "__code__", None)  # noqa: B004
    return _describe_code(code) if code is not None else f"{inner.__module__}.{inner.__qualname__}"


def _describe_code(code: types.CodeType) -> tuple[Any, ...]:
    constants = [
        _describe_code(constant) if isinstance(constant, types.CodeType) else constant
        for constant in code.co_consts
    ]
    return (code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants)


def _closed_over(fn: Any) -> list[Any]:
    """The plain values among what `fn` has closed over; objects are left out, they may differ from run to
    run.
    """
    values: list[Any] = []
    for cell in getattr(fn, "__closure__", None) or ():
        try:
            value = cell.cell_contents
        except ValueError:  # not filled yet
            continue
        if value is None or type(value) in (bool, int, float, complex, str, bytes):
            values.append(value)
    return values


def _partial_arguments(fn: Any) -> tuple[Any, ...]:
    """What the partials around a function give it; nothing for a plain function."""
    arguments: list[Any] = []
    while isinstance(fn, functools.partial):
        arguments.append((fn.args, fn.keywords))
        fn = fn.func
    return tuple(arguments)


def compute_cache_key(
    policy: Any,
    task_ctx: Any,
    inputs: Mapping[str, Any],
    flow_parameters: Mapping[str, Any] | None,
    logger: Any,
) -> str | None:
    """The key that `policy` computes, or None if it has none here or fails.

    A failure is logged as an error; the run then goes on without cache and without persisting its result.
    """
    if policy is None:
        return None
    try:
        return policy.compute_key(
            task_ctx=task_ctx, inputs=dict(inputs), flow_parameters=dict(flow_parameters or {})
        )
    except Exception as error:
        logger.exception("No cache key could be computed, the task runs without cache: %s", error)
        return None
