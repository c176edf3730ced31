"""Which task a key belongs to, and what of its code counts."""

from __future__ import annotations

import functools
import logging
from types import SimpleNamespace
from typing import Any

import pytest

from prefect._engine.persist import keys
from prefect.cache_policies import INPUTS


def one(x: int) -> int:
    return x + 1


def task(fn: Any, **more: Any) -> Any:
    return SimpleNamespace(fn=fn, task_key="key", **more)


def compiled(source: str, filename: str, module: str) -> Any:
    names: dict[str, Any] = {"__name__": module}
    exec(compile(source, filename, "exec"), names)
    return names["f"]


def test_a_task_keeps_its_identity_when_its_code_moves_or_changes() -> None:
    first = compiled("def f(x): return x", "/a/etl.py", "etl")
    edited = compiled("\n\n\ndef f(x): return x + 1", "/b/etl.py", "etl")
    assert keys.task_identity(task(first)) == keys.task_identity(task(edited))


def test_a_script_and_the_same_file_imported_are_one() -> None:
    imported = compiled("def f(x): return x", "/a/etl.py", "etl")
    loaded = compiled("def f(x): return x", "/a/etl.py", "__prefect_loader__")
    assert keys.task_identity(task(imported)) == keys.task_identity(task(loaded))


def test_partials_are_told_apart_by_their_arguments() -> None:
    assert keys.task_identity(task(functools.partial(one, 1))) != keys.task_identity(
        task(functools.partial(one, 2))
    )
    assert keys.source_hash(task(functools.partial(one, 1))) != keys.source_hash(
        task(functools.partial(one, 2))
    )


def test_methods_of_different_instances_have_one_source() -> None:
    class Greeter:
        def greet(self) -> str:
            return "hello"

    assert keys.source_hash(task(Greeter().greet)) == keys.source_hash(task(Greeter().greet))


@pytest.mark.parametrize("fn", [len, print, type("Callable", (), {"__call__": lambda self: 1})()])
def test_what_has_no_source_has_a_hash_all_the_same(fn: Any) -> None:
    assert keys.source_hash(task(fn)) == keys.source_hash(task(fn))
    assert keys.task_identity(task(fn))


def test_the_source_is_read_once_for_each_function() -> None:
    reads: list[int] = []

    class Reading:
        task_key = "key"

        def __init__(self, fn: Any) -> None:
            self.fn = fn

        @property
        def source_code(self) -> str:
            reads.append(1)
            return "text"

    def own(x: int) -> int:
        return x

    assert keys.source_hash(Reading(own)) == keys.source_hash(Reading(own))
    assert len(reads) == 1


def test_task_input_hash_depends_on_code_and_arguments() -> None:
    context = SimpleNamespace(task=task(one))
    base = keys.task_input_hash(context, {"x": 1})
    assert base == keys.task_input_hash(context, {"x": 1})
    assert base != keys.task_input_hash(context, {"x": 2})
    moved = compiled("def f(x): return x", "a.py", "a"), compiled("\n\ndef f(x): return x", "b.py", "b")
    assert len({keys.task_input_hash(SimpleNamespace(task=task(fn)), {"x": 1}) for fn in moved}) == 1
    assert keys.task_input_hash(context, {"x": (i for i in [1])}) is None


def test_a_failing_key_is_logged_and_means_no_cache(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("test")
    context = SimpleNamespace(task=task(one))
    assert keys.compute_cache_key(INPUTS, context, {"x": (i for i in [1])}, None, log) is None
    assert "runs without cache" in caplog.text
    assert keys.compute_cache_key(INPUTS, context, {"x": 1}, None, log)
    assert keys.compute_cache_key(None, context, {"x": 1}, None, log) is None
