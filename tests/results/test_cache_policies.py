"""Cache policies: how they are joined, what their keys depend on, and that keys are the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect.cache_policies import (
    DEFAULT,
    FLOW_PARAMETERS,
    INPUTS,
    NO_CACHE,
    NONE,
    RUN_ID,
    STABLE_TRANSFORMS,
    TASK_SOURCE,
    CacheKeyFnPolicy,
    CachePolicy,
    CompoundCachePolicy,
    Inputs,
)


def load(x: int) -> int:
    return x


def store(x: int) -> int:
    return x


def context(fn: Any = load, flow_run_id: str | None = "flow-run", **task: Any) -> Any:
    return SimpleNamespace(
        task=SimpleNamespace(fn=fn, task_key=fn.__qualname__, name=fn.__qualname__, **task),
        task_run=SimpleNamespace(id="task-run", flow_run_id=flow_run_id),
    )


def key(policy: CachePolicy, ctx: Any = None, **inputs: Any) -> str | None:
    return policy.compute_key(ctx or context(), inputs, {})


SINGLE = [INPUTS, TASK_SOURCE, FLOW_PARAMETERS, RUN_ID, CacheKeyFnPolicy(cache_key_fn=lambda ctx, p: "key")]
policies = st.lists(st.sampled_from(SINGLE), min_size=1, max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.sets(st.integers() | st.text()),
    max_leaves=8,
)


def joined(parts: list[CachePolicy]) -> CachePolicy:
    total: CachePolicy = NO_CACHE
    for part in parts:
        total = total + part
    return total


@given(policies, policies, policies)
def test_joining_is_associative(a: list[CachePolicy], b: list[CachePolicy], c: list[CachePolicy]) -> None:
    left, middle, right = joined(a), joined(b), joined(c)
    assert (left + middle) + right == left + (middle + right)


@given(policies)
def test_no_cache_changes_nothing_when_joined(parts: list[CachePolicy]) -> None:
    assert joined(parts) + NO_CACHE == joined(parts) == NONE + joined(parts)


@given(policies, st.lists(st.sampled_from("abc")))
def test_a_subtracted_parameter_never_changes_the_key(parts: list[CachePolicy], names: list[str]) -> None:
    policy = joined(parts)
    for name in names:
        policy = policy - name
    some = dict.fromkeys("abcd", 1)
    other = {**some, **dict.fromkeys(names, 2)}
    assert key(policy, **some) == key(policy, **other)


@given(st.dictionaries(st.sampled_from("abc"), values, min_size=1))
def test_equal_inputs_give_equal_keys_in_any_order(inputs: dict[str, Any]) -> None:
    assert key(INPUTS, **inputs) == key(INPUTS, **dict(reversed(inputs.items())))


@given(values, values)
def test_different_inputs_give_different_keys(one: Any, other: Any) -> None:
    if one != other:
        assert key(INPUTS, x=one) != key(INPUTS, x=other)


def test_several_inputs_are_merged_and_kept_last() -> None:
    policy = (INPUTS - "a") + TASK_SOURCE + Inputs(exclude=["b"])
    assert isinstance(policy, CompoundCachePolicy)
    assert policy.policies == [TASK_SOURCE, Inputs(exclude=["a", "b"])]


def test_default_is_inputs_source_and_run() -> None:
    assert DEFAULT == INPUTS + TASK_SOURCE + RUN_ID
    base = key(DEFAULT, x=1)
    assert key(DEFAULT, x=1) == base
    assert key(DEFAULT, x=2) != base
    assert key(DEFAULT, context(flow_run_id="other"), x=1) != base
    assert key(TASK_SOURCE, context(load)) != key(TASK_SOURCE, context(store))


@pytest.mark.parametrize(
    ("policy", "inputs", "flow_parameters", "ctx"),
    [
        (INPUTS, {}, {}, context()),
        (FLOW_PARAMETERS, {"x": 1}, {}, context()),
        (TASK_SOURCE, {"x": 1}, {}, None),
        (RUN_ID, {"x": 1}, {}, None),
        (NO_CACHE, {"x": 1}, {"x": 1}, context()),
        (FLOW_PARAMETERS + INPUTS, {}, {}, context()),
        (CacheKeyFnPolicy(cache_key_fn=lambda ctx, p: None), {"x": 1}, {}, context()),
    ],
)
def test_where_there_is_nothing_to_go_by_there_is_no_key(
    policy: CachePolicy, inputs: Any, flow_parameters: Any, ctx: Any
) -> None:
    assert policy.compute_key(ctx, inputs, flow_parameters) is None


def test_outside_of_a_flow_the_run_is_the_task_run() -> None:
    assert key(RUN_ID, context(flow_run_id=None)) == "task-run"


def test_a_key_function_gets_context_and_parameters() -> None:
    policy = CachePolicy.from_cache_key_fn(lambda ctx, parameters: f"{ctx.task.name}-{parameters['x']}")
    assert key(policy, x=3) == "load-3"


def test_two_tasks_with_equal_inputs_do_not_share_a_key() -> None:
    assert key(INPUTS, context(load), x=1) != key(INPUTS, context(store), x=1)
    doubled, tripled = (lambda x: 2 * x), (lambda x: 3 * x)
    assert key(INPUTS, context(doubled), x=1) != key(INPUTS, context(tripled), x=1)


def test_functions_made_by_one_factory_do_not_share_a_key() -> None:
    def times(n: int) -> Any:
        def multiply(x: int) -> int:
            return n * x

        return multiply

    for policy in (INPUTS, TASK_SOURCE, DEFAULT):
        assert key(policy, context(times(2)), x=1) != key(policy, context(times(3)), x=1)
        assert key(policy, context(times(2)), x=1) == key(policy, context(times(2)), x=1)


def test_a_subclass_can_share_between_tasks() -> None:
    class Shared(Inputs):
        shared = True

    assert key(Shared(), context(load), x=1) == key(Shared(), context(store), x=1)


def test_different_configurations_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="different storage locations"):
        INPUTS.configure(key_storage="a") + TASK_SOURCE.configure(key_storage="b")
    with pytest.raises(ValueError, match="different isolation levels"):
        INPUTS.configure(isolation_level="SERIALIZABLE") + RUN_ID.configure(isolation_level="READ_COMMITTED")


def test_configuration_is_kept() -> None:
    configured = DEFAULT.configure(key_storage="here", isolation_level="SERIALIZABLE")
    assert DEFAULT.key_storage is None
    assert (configured - "x").key_storage == "here"
    assert (configured + FLOW_PARAMETERS).isolation_level == "SERIALIZABLE"
    assert (INPUTS.configure(key_storage="here") + TASK_SOURCE).key_storage == "here"


def test_only_names_can_be_subtracted() -> None:
    for policy in (INPUTS, DEFAULT, TASK_SOURCE):
        with pytest.raises(TypeError, match="name of a parameter"):
            policy - 1  # type: ignore[operator]


def test_an_input_without_identity_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match=r"`lock` \(lock\).*NO_CACHE"):
        key(INPUTS, x=1, lock=threading.Lock())


def test_the_order_of_a_frames_columns_does_not_matter() -> None:
    pandas = pytest.importorskip("pandas")
    one = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    other = pandas.DataFrame({"b": ["x", "y"], "a": [1, 2]})
    assert key(INPUTS, frame=one) == key(INPUTS, frame=other)
    assert key(INPUTS, frame=one) != key(INPUTS, frame=one.iloc[:1])


def test_a_type_can_bring_its_own_transform(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        def __init__(self, url: str) -> None:
            self.url, self.lock = url, threading.Lock()

    monkeypatch.setitem(STABLE_TRANSFORMS, Client, lambda client: client.url)
    assert key(INPUTS, c=Client("a")) == key(INPUTS, c=Client("a")) != key(INPUTS, c=Client("b"))


PROGRAM = """
from types import SimpleNamespace
from prefect.cache_policies import DEFAULT, INPUTS
from prefect._engine.persist.keys import task_input_hash

class Thing:
    def __init__(self):
        self.names = {"a", "b", "c"}

def fn(x):
    return x

task = SimpleNamespace(fn=fn, task_key="fn-1")
ctx = SimpleNamespace(task=task, task_run=SimpleNamespace(id="t", flow_run_id="f"))
inputs = {"x": {"s", "t", 1}, "y": {"k": Thing(), "l": [1.5, None, b"z"]}}
print(INPUTS.compute_key(ctx, inputs, {}), DEFAULT.compute_key(ctx, inputs, {}), task_input_hash(ctx, inputs))
"""


def test_keys_are_the_same_in_every_process(tmp_path: Any) -> None:
    script = tmp_path / "keys.py"
    script.write_text(PROGRAM)
    seen = {
        subprocess.run(
            [sys.executable, str(script)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(seen) == 1
