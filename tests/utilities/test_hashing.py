"""Hashes: equal for equal objects in every process, different for different ones."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect.exceptions import HashError
from prefect.utilities.hashing import file_hash, hash_objects, stable_hash

HERE = Path(__file__).parent

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=4)
    | st.binary(max_size=4)
    | st.datetimes()
    | st.uuids()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
)
hashable = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5)
values = st.recursive(
    scalars | st.sets(hashable, max_size=4) | st.frozensets(hashable, max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(hashable, inner, max_size=4)
    ),
    max_leaves=15,
)


def form(value):
    """What a value is, with the types that `==` does not tell apart."""
    if isinstance(value, dict):
        return ("dict", frozenset((form(k), form(v)) for k, v in value.items()))
    if isinstance(value, (set, frozenset)):
        return (type(value).__name__, frozenset(map(form, value)))
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, tuple(map(form, value)))
    return (type(value).__name__, repr(value))


@given(values, values)
def test_hashes_are_equal_exactly_for_equal_values(a, b):
    assert (hash_objects(a) == hash_objects(b)) == (form(a) == form(b))


@given(st.dictionaries(st.text(max_size=3), st.integers(), min_size=2), st.randoms())
def test_the_order_of_dictionaries_does_not_matter(dct, random):
    items = list(dct.items())
    random.shuffle(items)
    assert hash_objects(dict(items)) == hash_objects(dct)


def test_positions_and_names_matter():
    assert len({hash_objects(1, 2), hash_objects(2, 1), hash_objects([1, 2]), hash_objects(a=1, b=2)}) == 4
    assert hash_objects(a=1, b=2) == hash_objects(b=2, a=1)


def run(seed: str) -> str:
    code = "import runpy; print(runpy.run_path('hashed.py', run_name='__main__')['DIGESTS'])"
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.check_output([sys.executable, "-c", code], cwd=HERE, env=environment, text=True)


def test_hashes_are_the_same_in_every_process_and_no_two_alike():
    answers = [run(seed) for seed in ("0", "1", "77")]
    assert len(set(answers)) == 1
    digests = answers[0].split()
    assert len(digests) > 40
    assert len(set(digests)) == len(digests)


def test_sharing_does_not_matter_and_cycles_end():
    part = ["text"]
    assert hash_objects([part, part]) == hash_objects([["text"], ["text"]])
    ring = [1]
    ring.append(ring)
    other = [1]
    other.append(other)
    assert hash_objects(ring) == hash_objects(other)


def test_what_cannot_be_hashed():
    assert hash_objects(threading.Lock()) is None
    with pytest.raises(HashError, match="cannot pickle"):
        hash_objects(threading.Lock(), raise_on_failure=True)


def test_functions_hash_by_what_they_do():
    def make(n):
        return lambda x: x + n

    assert hash_objects(make(1)) == hash_objects(make(1))
    assert hash_objects(make(1)) != hash_objects(make(2))
    assert hash_objects(lambda x: x + 1) != hash_objects(lambda x: x + 2)


def test_texts_and_files(tmp_path):
    assert stable_hash("ab", b"c") == stable_hash("abc") == "900150983cd24fb0d6963f7d28e17f72"
    (tmp_path / "f").write_text("abc")
    assert file_hash(tmp_path / "f") == stable_hash("abc")
