"""What kind of function the user decorated, and binding it to the instance or class it is reached through."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from types import CodeType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from prefect._base import jsontext, lazy
from prefect.exceptions import ReservedArgumentError

if TYPE_CHECKING:
    import hashlib
else:  # loads OpenSSL, which a program needs only once something runs
    hashlib = lazy.module("hashlib")

RESERVED = ("return_state", "wait_for")


class FunctionKind(NamedTuple):
    """How a function is called."""

    fn: Callable[..., Any]
    isasync: bool
    isgenerator: bool
    isclassmethod: bool
    isstaticmethod: bool


def kind_of(fn: Any) -> FunctionKind:
    """The kind of `fn`, looking through ``classmethod``, ``staticmethod``, partials and callable objects."""
    isclassmethod, isstaticmethod = isinstance(fn, classmethod), isinstance(fn, staticmethod)
    if isclassmethod or isstaticmethod:
        fn = fn.__func__
    if not callable(fn):
        hint = " To give a name, write `name=...`." if isinstance(fn, str) else ""
        raise TypeError(
            f"'fn' must be callable: flows and tasks are made of functions, not of {fn!r} "
            f"({type(fn).__name__}).{hint}"
        )
    code = fn
    while isinstance(code, functools.partial):
        code = code.func
    if not inspect.isroutine(code) and not isinstance(code, type):
        code = type(code).__call__
    isasyncgen = inspect.isasyncgenfunction(code)
    return FunctionKind(
        fn,
        inspect.iscoroutinefunction(code) or isasyncgen,
        inspect.isgeneratorfunction(code) or isasyncgen,
        isclassmethod,
        isstaticmethod,
    )


def name_of(fn: Any) -> str:
    """The name of any callable: its own, that of what a partial calls, or that of its class."""
    while isinstance(fn, functools.partial):
        fn = fn.func
    return getattr(fn, "__name__", None) or type(fn).__name__


def qualified_name_of(fn: Any) -> str:
    while isinstance(fn, functools.partial):
        fn = fn.func
    return getattr(fn, "__qualname__", None) or type(fn).__qualname__


def refuse_reserved_arguments(fn: Callable[..., Any], kind: str) -> None:
    """Raise `ReservedArgumentError` for a parameter whose name the call itself uses."""
    code = getattr(fn, "__code__", None)
    if code is None:
        return
    count = code.co_argcount + code.co_kwonlyargcount
    for name in code.co_varnames[:count]:
        if name in RESERVED:
            raise ReservedArgumentError(
                f"{name!r} is a reserved argument name and cannot be used in {kind} functions; "
                "rename the parameter."
            )


def checked_hooks(option: str, hooks: Any) -> list[Callable[..., Any]]:
    """The callables of a hook option; raises `TypeError` that names the option and shows the right form."""
    if hooks is None:
        return []
    form = f"Pass a list of callables: `{option}=[hook1, hook2]`."
    if not isinstance(hooks, Iterable) or isinstance(hooks, str):
        raise TypeError(f"Expected iterable for '{option}'; got {type(hooks).__name__} instead. {form}")
    found = list(cast("Iterable[Any]", hooks))
    for hook in found:
        if not callable(hook):
            raise TypeError(f"Expected callables in '{option}'; got {type(hook).__name__} instead. {form}")
    return found


def code_digest(fn: Any) -> str:
    """Eight hexadecimal digits that tell one function's code from another's; the same in every process."""
    while isinstance(fn, functools.partial):
        fn = fn.func
    fn = getattr(fn, "__func__", fn)
    code = getattr(fn, "__code__", None)
    if code is None:
        text = f"{getattr(fn, '__module__', '')}.{qualified_name_of(fn)}".encode()
    else:
        text = _code_bytes(code)
    return hashlib.md5(text, usedforsecurity=False).hexdigest()[:8]


def _code_bytes(code: CodeType) -> bytes:
    parts = [code.co_code, repr(code.co_names).encode(), repr(code.co_varnames).encode()]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            parts.append(_code_bytes(constant))
        elif isinstance(constant, frozenset):
            parts.append(repr(sorted(map(repr, constant))).encode())  # pyright: ignore[reportUnknownArgumentType]
        else:
            parts.append(repr(constant).encode())
    return b"\0".join(parts)


def bind(instance: Any, owner: type, fn: Callable[..., Any], kind: FunctionKind) -> Callable[..., Any] | None:
    """`fn` bound as attribute access binds it, None where access gives the function itself."""
    if kind.isstaticmethod:
        return None
    if kind.isclassmethod:
        return MethodType(fn, owner)
    return None if instance is None else MethodType(fn, instance)


def json_list(values: Iterable[str]) -> str:
    """A sorted JSON list of texts."""
    return jsontext.dumps(sorted(values))
