"""Binding the arguments of a call to the parameters of a function, fast.

It gives what `inspect.Signature.bind` gives, as a dictionary in the order of the parameters. Functions
without variadic and positional-only parameters, which is nearly all of them, are bound without it.
"""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any

from prefect.exceptions import ParameterBindError, SignatureMismatchError

_PLAIN = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
_REQUIRED = object()


class Binder:
    """The parameters of one function, ready for binding."""

    __slots__ = ("_template", "_positional", "_by_name", "_missing", "_size", "signature")

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        parameters = signature.parameters.values()
        self._positional: tuple[str, ...] = ()
        self._by_name: tuple[str, ...] = ()
        self._size = -1
        self._missing: list[frozenset[str]] = []
        if any(p.kind not in _PLAIN for p in parameters):
            return  # an empty table sends every call to the slow path
        self._template = {p.name: _REQUIRED if p.default is p.empty else p.default for p in parameters}
        self._size = len(self._template)
        self._positional = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
        self._by_name = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        required = {p.name for p in parameters if p.default is p.empty}
        for given in range(len(self._positional) + 1):
            self._missing.append(frozenset(required.difference(self._positional[:given])))

    def bind(
        self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The values of all parameters, the defaults included. Raises `ParameterBindError`."""
        given = len(args)
        if given >= len(self._missing):
            return self.bind_slowly(fn, args, kwargs, True)
        bound = self._template.copy()
        if given:
            bound.update(zip(self._positional, args, strict=False))
        if kwargs:
            if not self._missing[given].issubset(kwargs) or (
                given and not kwargs.keys().isdisjoint(self._positional[:given])
            ):
                return self.bind_slowly(fn, args, kwargs, True)
            bound.update(kwargs)
            if len(bound) != self._size:  # a name that is not a parameter has come in
                return self.bind_slowly(fn, args, kwargs, True)
        elif self._missing[given]:
            return self.bind_slowly(fn, args, kwargs, True)
        return bound

    def bind_slowly(
        self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], defaults: bool
    ) -> dict[str, Any]:
        """The same by way of `inspect`, which knows all kinds of parameters and says what is wrong."""
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as error:
            raise ParameterBindError.from_bind_failure(fn, error, args, dict(kwargs)) from None
        if defaults:
            bound.apply_defaults()
        return dict(bound.arguments)

    def arguments(self, parameters: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The positional and the keyword arguments that give the parameters these values.

        Raises `SignatureMismatchError` if there are names that the function does not have.
        """
        if len(parameters) == self._size:
            try:
                args = tuple([parameters[name] for name in self._positional])
                return args, {name: parameters[name] for name in self._by_name}
            except KeyError:
                pass  # as many, but not the same: the slow way says so
        return self._arguments_slowly(parameters)

    def _arguments_slowly(self, parameters: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        known = self.signature.parameters
        if not known.keys() >= parameters.keys():
            raise SignatureMismatchError.from_bad_params(list(known), list(parameters))
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        by_position = True
        for name, parameter in known.items():
            if parameter.kind is Parameter.VAR_POSITIONAL:
                args.extend(parameters.get(name, ()) if by_position else ())
                by_position = False
            elif name not in parameters:
                by_position = False  # what follows can only be given by name
            elif parameter.kind is Parameter.VAR_KEYWORD:
                kwargs.update(parameters[name])
            elif by_position and parameter.kind is not Parameter.KEYWORD_ONLY:
                args.append(parameters[name])
            else:
                kwargs[name] = parameters[name]
        return tuple(args), kwargs


_binders: weakref.WeakKeyDictionary[Callable[..., Any], Binder] = weakref.WeakKeyDictionary()


def binder(fn: Callable[..., Any]) -> Binder:
    """The binder of a function, remembered as long as the function lives."""
    try:
        found = _binders.get(fn)
    except TypeError:  # neither hashable nor weakly referenced: a callable object of its own kind
        return Binder(inspect.signature(fn))
    if found is None:
        found = _binders[fn] = Binder(inspect.signature(fn))
    return found
