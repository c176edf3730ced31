"""Binding of arguments: the same as the standard library's, and what the errors say."""

from __future__ import annotations

import inspect
from typing import Any

import cloudpickle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect.exceptions import (
    MappingLengthMismatch,
    MappingMissingIterable,
    ParameterBindError,
    ReservedArgumentError,
    SignatureMismatchError,
)
from prefect.utilities.annotations import allow_failure, quote, unmapped
from prefect.utilities.callables import (
    call_with_parameters,
    cloudpickle_wrapped_call,
    collapse_variadic_parameters,
    expand_mapping_parameters,
    explode_variadic_parameter,
    get_call_parameters,
    get_parameter_defaults,
    parameters_to_args_kwargs,
    raise_for_reserved_arguments,
)

KINDS = list(inspect._ParameterKind)


@st.composite
def functions(draw: Any) -> Any:
    """A function with a random signature that gives back what it was called with."""
    names = iter("abcdefgh")
    by_kind = sorted(draw(st.lists(st.sampled_from(KINDS), max_size=5)))
    parameters: list[inspect.Parameter] = []
    had_default = False
    for kind in by_kind:
        variadic = kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        if variadic and any(p.kind is kind for p in parameters):
            continue
        default = inspect.Parameter.empty
        positional = kind <= inspect.Parameter.POSITIONAL_OR_KEYWORD
        if not variadic and (draw(st.booleans()) or (positional and had_default)):
            default = draw(st.integers())
            had_default = had_default or positional
        parameters.append(inspect.Parameter(next(names), kind, default=default))

    def function(*args: Any, **kwargs: Any) -> Any:
        return args, kwargs

    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return function


arguments = st.lists(st.integers(), max_size=5).map(tuple)
keywords = st.dictionaries(st.sampled_from("abcdefghz"), st.integers(), max_size=4)


@given(functions(), arguments, keywords, st.booleans())
def test_binding_equals_that_of_inspect(function, args, kwargs, defaults):
    signature = inspect.signature(function)
    try:
        expected = signature.bind(*args, **kwargs)
    except TypeError:
        with pytest.raises(ParameterBindError):
            get_call_parameters(function, args, kwargs, apply_defaults=defaults)
        return
    if defaults:
        expected.apply_defaults()
    bound = get_call_parameters(function, args, kwargs, apply_defaults=defaults)
    assert list(bound.items()) == list(expected.arguments.items())


@given(functions(), arguments, keywords)
def test_parameters_make_the_call_again(function, args, kwargs):
    try:
        bound = get_call_parameters(function, args, kwargs)
    except ParameterBindError:
        return
    again = parameters_to_args_kwargs(function, bound)
    assert get_call_parameters(function, *again) == bound


def example(x, y=2, *args, k=3, **kw):
    return x, y, args, k, kw


def plain(x, y=2):
    return x, y


def test_binding_by_example():
    assert get_call_parameters(example, (1,), {}) == {"x": 1, "y": 2, "args": (), "k": 3, "kw": {}}
    assert get_call_parameters(example, (1, 2, 3), {"q": 1})["kw"] == {"q": 1}
    assert get_call_parameters(plain, (), {"y": 3, "x": 1}) == {"x": 1, "y": 3}
    assert list(get_call_parameters(plain, (), {"y": 3, "x": 1})) == ["x", "y"]
    default: list[int] = []

    def keeps(x=default):
        return x

    assert get_call_parameters(keeps, (), {})["x"] is default


class Callable:
    __hash__ = None  # type: ignore[assignment]

    def __call__(self, z, w=1):
        return z + w

    def method(self, z, w=1):
        return z - w


def test_methods_and_callable_objects():
    assert get_call_parameters(Callable(), (1,), {}) == {"z": 1, "w": 1}
    assert get_call_parameters(Callable().method, (1,), {}) == {"z": 1, "w": 1}
    assert call_with_parameters(Callable().method, {"z": 3, "w": 1}) == 2


@pytest.mark.parametrize(
    ("args", "kwargs", "says"),
    [
        ((), {}, "missing a required argument: 'x'"),
        ((1, 2, 3), {}, "too many positional arguments"),
        ((1,), {"x": 2}, "multiple values for argument 'x'"),
        ((1,), {"z": 2}, "unexpected keyword argument 'z'"),
    ],
)
def test_errors_say_what_does_not_fit_and_what_the_function_takes(args, kwargs, says):
    with pytest.raises(ParameterBindError, match=says) as caught:
        get_call_parameters(plain, args, kwargs)
    assert "plain(x, y=2)" in str(caught.value)


def test_calls():
    assert parameters_to_args_kwargs(example, {"x": 1, "y": 2, "args": (3,), "k": 1, "kw": {"j": 1}}) == (
        (1, 2, 3),
        {"k": 1, "j": 1},
    )
    assert parameters_to_args_kwargs(plain, {"y": 1}) == ((), {"y": 1})
    with pytest.raises(SignatureMismatchError, match="z"):
        parameters_to_args_kwargs(plain, {"x": 1, "z": 3})
    assert call_with_parameters(example, {"x": 1}) == (1, 2, (), 3, {})
    assert get_parameter_defaults(example) == {"y": 2, "k": 3}
    assert cloudpickle.loads(cloudpickle_wrapped_call(lambda x: x + 1, 1)()) == 2
    raise_for_reserved_arguments(plain, ["q"])
    with pytest.raises(ReservedArgumentError, match="'x'"):
        raise_for_reserved_arguments(plain, ["x"])


def test_variadic_keywords():
    assert explode_variadic_parameter(example, {"x": 1, "kw": {"j": 1}}) == {"x": 1, "j": 1}
    assert collapse_variadic_parameters(example, {"x": 1, "j": 1}) == {"x": 1, "kw": {"j": 1}}
    assert explode_variadic_parameter(plain, {"x": 1}) == {"x": 1}
    with pytest.raises(ValueError, match="no parameters named"):
        collapse_variadic_parameters(plain, {"x": 1, "j": 1})


def mapped(x, y=1, *a, **k):
    return x, y, a, k


@pytest.mark.parametrize(
    ("parameters", "calls"),
    [
        ({"x": [1, 2], "y": unmapped([3])}, [{"x": 1, "y": [3]}, {"x": 2, "y": [3]}]),
        ({"x": [1, 2]}, [{"x": 1, "y": 1}, {"x": 2, "y": 1}]),
        ({"x": quote([1])}, [{"x": quote(1), "y": 1}]),
        ({"x": (n for n in "ab"), "y": 5}, [{"x": "a", "y": 5}, {"x": "b", "y": 5}]),
        ({"x": [], "y": 3}, []),
        ({"x": {"a": 1}, "k": {"z": [5]}}, [{"x": "a", "y": 1, "k": {"z": 5}}]),
        ({"x": allow_failure(unmapped([3])), "y": [1]}, [{"x": allow_failure([3]), "y": 1}]),
        ({"x": [1, 2], "a": [(1,), (2,)]}, [{"x": 1, "y": 1, "a": (1,)}, {"x": 2, "y": 1, "a": (2,)}]),
    ],
)
def test_map_calls(parameters, calls):
    assert expand_mapping_parameters(mapped, parameters) == calls


def test_map_calls_that_cannot_be():
    with pytest.raises(MappingMissingIterable):
        expand_mapping_parameters(mapped, {"x": 1, "y": "text"})
    with pytest.raises(MappingLengthMismatch, match="'x': 2, 'y': 1"):
        expand_mapping_parameters(mapped, {"x": [1, 2], "y": [3]})
