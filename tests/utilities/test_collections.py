"""Visiting and searching collections."""

from __future__ import annotations

import pickle
from collections import OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import Mock

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect.utilities.annotations import NotSet, Quote, allow_failure, freeze, opaque, quote, unmapped
from prefect.utilities.collections import (
    AutoEnum,
    StopVisiting,
    batched_iterable,
    deep_merge,
    dict_to_flatdict,
    distinct,
    ensure_iterable,
    extract_instances,
    find,
    flatdict_to_dict,
    get_from_dict,
    isiterable,
    listrepr,
    remove_nested_keys,
    set_in_dict,
    visit_collection,
)

Point = namedtuple("Point", "x y")


@dataclass
class Data:
    a: Any
    b: Any = None


@dataclass(frozen=True, slots=True)
class Frozen:
    a: Any
    made: int = field(init=False, default=5)


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    a: Any = None
    _secret: int = pydantic.PrivateAttr(1)


class Wanted:
    """Stands for a future."""


def grow(node: Any) -> Any:
    return node + 1 if type(node) is int else node


def replaced(expr: Any, fn: Any = grow, **options: Any) -> Any:
    return visit_collection(expr, fn, return_data=True, **options)


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.builds(Data, inner, inner)
        | st.builds(Point, inner, inner)
        | inner.map(allow_failure)
        | inner.map(lambda value: Model(a=value))
    ),
    max_leaves=20,
)


@given(nested)
def test_nothing_replaced_gives_the_same_object(expr):
    assert replaced(expr, lambda node: node) is expr
    assert visit_collection(expr, lambda node: None) is None


@given(nested)
def test_replacing_and_undoing_gives_an_equal_object(expr):
    shrink = lambda node: node - 1 if type(node) is int else node  # noqa: E731
    there = replaced(expr)
    assert replaced(there, shrink) == expr


@given(nested, st.integers(0, 5))
def test_find_agrees_with_visiting(expr, where):
    wanted = Wanted()
    seen_at: list[Any] = []

    def plant(node: Any) -> Any:
        seen_at.append(node)
        return wanted if len(seen_at) - 1 == where else node

    planted = replaced(expr, plant)
    assert find(planted, Wanted) == ([wanted] if where < len(seen_at) and planted is not expr else [])


def test_shapes():
    assert replaced([1, (2, {"k": 3}), {4}]) == [2, (3, {"k": 4}), {5}]
    assert replaced(Point(1, [2])) == Point(2, [3])
    assert replaced(Data(1, [2])) == Data(2, [3])
    assert replaced({1: "a"}) == {2: "a"}
    assert replaced(OrderedDict(a=1)) == OrderedDict(a=2)
    assert type(replaced(OrderedDict(a=1))) is OrderedDict
    assert replaced(defaultdict(list, a=1))["new"] == []
    assert replaced(deque([1])) == deque([1])
    frozen = replaced(Frozen(1))
    assert (frozen.a, frozen.made) == (2, 6)
    model = Model(a=1, other=[2])
    model._secret = 7
    new = replaced(model)
    assert (new.a, new.other, new._secret, new.model_fields_set) == (2, [3], 7, {"a", "other"})
    assert (model.a, model.other) == (1, [2])


def test_order_of_visits_is_from_the_outside_in():
    seen: list[Any] = []
    visit_collection({"k": [1]}, seen.append)
    assert seen == [{"k": [1]}, "k", [1], 1]


def test_a_replacement_is_looked_into():
    assert replaced([{"a": 1}], lambda node: [10] if isinstance(node, dict) else grow(node)) == [[11]]


def test_depth():
    expr = [1, [2, [3]]]
    assert replaced(expr, max_depth=0) is expr
    assert replaced(expr, max_depth=1) == [2, [2, [3]]]
    assert replaced(expr, max_depth=2) == [2, [3, [3]]]


def test_stop_visiting_leaves_the_object_alone():
    def visit(node: Any) -> Any:
        if isinstance(node, dict):
            raise StopVisiting
        return grow(node)

    assert replaced([{"a": 1}, 1], visit) == [{"a": 1}, 2]


def test_cycles_end():
    ring: list[Any] = [1]
    ring.append(ring)
    result = replaced(ring)
    assert result[0] == 2
    assert result[1] is ring
    assert find(ring, Wanted) == []


def test_shared_parts_stay_shared():
    part = [1]
    result = replaced([part, part])
    assert result == [[2], [2]]
    assert result[0] is result[1]


def test_annotations():
    expr = [unmapped([1]), quote([1]), opaque([1])]
    assert replaced(expr) == [unmapped([2]), quote([2]), opaque([1])]
    assert replaced(expr, remove_annotations=True) == [[2], [2], [1]]


def test_context_is_handed_down_and_names_the_annotation():
    seen: list[Any] = []

    def visit(node: Any, context: dict[str, Any]) -> Any:
        context["n"] = context.get("n", 0) + 1
        seen.append((node, context["n"], context.get("annotation")))
        return node

    mark = allow_failure([2])
    replaced([1, mark, 3], visit, context={})
    assert [entry[1:] for entry in seen] == [(1, None), (2, None), (2, None), (3, mark), (4, mark), (2, None)]


def test_one_value_under_two_annotations_is_visited_in_both_contexts():
    shared = [1]

    def visit(node: Any, context: dict[str, Any]) -> Any:
        if isinstance(context.get("annotation"), quote):
            raise StopVisiting
        return grow(node)

    assert replaced([shared, quote(shared)], visit, context={}) == [[2], quote([1])]


def test_opaque_things_are_not_opened():
    generator = (n for n in [1])
    for thing in (
        generator,
        Mock(),
        Mock(spec=Data),
        Data,
        range(3),
        b"a",
        memoryview(b"a"),
        {"k": 1}.values(),
    ):
        assert replaced(thing) is thing
    assert list(generator) == [1]


def test_find_sees_annotations_as_the_engine_does():
    wanted, other = Wanted(), Wanted()
    assert find({"a": [1, wanted, {"b": (other, wanted)}]}, Wanted) == [wanted, other]
    assert find([quote([wanted]), quote(wanted)], Wanted) == []
    assert find(opaque(wanted), Wanted) == [wanted]
    assert find(opaque([wanted]), Wanted) == []
    assert find(allow_failure([wanted]), Wanted) == [wanted]
    assert find([1, "a", wanted], (Wanted, str)) == ["a", wanted]


def test_plain_parts_of_mixed_lists_do_not_matter():
    wanted = Wanted()
    assert find([*range(1000), wanted, *"abc"], Wanted) == [wanted]


def test_annotations_are_values():
    assert unmapped(1) == unmapped(1) != allow_failure(1)
    assert hash(quote("a")) == hash(quote("a"))
    assert repr(Quote(1)) == "Quote(1)"
    assert unmapped("ab")[7] == "ab"
    assert quote(1).unquote() == freeze(1).unfreeze() == 1
    assert allow_failure(1).rewrap(2) == allow_failure(2)
    assert [*opaque([1])] == [[1]]
    assert pickle.loads(pickle.dumps(unmapped([1]))) == unmapped([1])
    assert repr(NotSet).startswith("<class")
    with pytest.raises(ValueError, match="JSON"):
        freeze(object())


class Color(AutoEnum):
    RED = AutoEnum.auto()


def test_auto_enum():
    assert (Color.RED.value, str(Color.RED), repr(Color.RED)) == ("RED", "Color.RED", "Color.RED")


flat = st.dictionaries(st.text(max_size=2), st.integers() | st.just({}), max_size=3)
tree = st.recursive(
    flat, lambda inner: st.dictionaries(st.text(max_size=2), inner | st.integers(), max_size=3)
)


@given(tree.filter(bool))
def test_flat_dictionaries_go_back(dct):
    assert flatdict_to_dict(dict_to_flatdict(dct)) == dct


def test_nested_dictionaries():
    dct = {"a": {"b": [1, {"c": None}]}}
    assert get_from_dict(dct, "a.b.0") == 1
    assert get_from_dict(dct, ["a", "b", 1, "c"], default=5) is None
    assert get_from_dict(dct, "a.b.7", default=5) == 5
    assert get_from_dict(dct, "a.x.y") is None
    set_in_dict(dct, "a.d.e", 3)
    assert dct["a"]["d"] == {"e": 3}
    with pytest.raises(TypeError, match="not a dictionary"):
        set_in_dict({"a": 1}, "a.b", 2)
    assert deep_merge({"a": {"b": 1}, "x": 1}, {"a": {"c": 2}, "x": 2}) == {"a": {"b": 1, "c": 2}, "x": 2}
    assert remove_nested_keys(["a"], {"a": 1, "b": {"a": 2, "c": 3}}) == {"b": {"c": 3}}


def test_iterables(tmp_path):
    assert [isiterable(x) for x in ([1], (), {}, iter(()), range(2))] == [True] * 5
    with (tmp_path / "f").open("w") as file:
        assert [isiterable(x) for x in ("a", b"a", bytearray(), file, 1)] == [False] * 5
    assert ensure_iterable(1) == [1]
    assert ensure_iterable((1,)) == (1,)
    assert listrepr([1, "a"]) == "1 'a'"
    assert list(batched_iterable(range(5), 2)) == [(0, 1), (2, 3), (4,)]
    assert list(distinct([1, -1, 2], key=abs)) == [1, 2]
    assert extract_instances([1, "a"], int) == [1]
    assert extract_instances([1, "a"], (int, str)) == {int: [1], str: ["a"]}
