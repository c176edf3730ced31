"""Run by a test in several processes: the digests of many kinds of objects."""

import collections
import dataclasses
import datetime
import decimal
import enum
import functools
import pathlib
import sys
import uuid
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, SecretStr

from prefect.utilities.hashing import hash_objects


class Color(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Data:
    a: Any
    words: set[str]


class Thing:
    def __init__(self) -> None:
        self.words = {"a", "b", "c", "d", "e"}
        self.me = self


class Model(BaseModel):
    a: int = 1
    words: set[str] = {"x", "y", "z", "w"}


FACTOR = 7
WORDS = {"red", "green", "blue", "cyan", "magenta"}
OBJECTS: list[Any] = [
    1,
    1.0,
    True,
    "1",
    b"1",
    bytearray(b"1"),
    None,
    ...,
    10**40,
    -0.0,
    0.0,
    float("nan"),
    1j,
    "\ud800",
    [1],
    (1,),
    {1},
    frozenset({1}),
    {1: 2},
    {"1": 2},
    [[1], [2]],
    [[1, [2]]],
    [1, [2]],
    [],
    (),
    {},
    set(),
    WORDS,
    frozenset(WORDS),
    [WORDS],
    {"k": WORDS},
    {frozenset(WORDS): 1},
    datetime.datetime(2020, 1, 1),
    datetime.date(2020, 1, 1),
    datetime.timedelta(1),
    uuid.UUID(int=4),
    decimal.Decimal("1.0"),
    pathlib.PurePosixPath("a"),
    Color.RED,
    Data(1, WORDS),
    Thing(),
    Model(),
    SecretStr("a"),
    len,
    dict,
    sys,
    [].append,
    functools.partial(max, 1),
    lambda x: x * FACTOR in {"a", "b", "q"},
    hash_objects,
    range(3),
    slice(1, 2),
    collections.OrderedDict(a=1),
    collections.Counter("abca"),
    collections.deque([1]),
    np.arange(3),
    np.arange(3, dtype="int32"),
    np.float32(1),
    np.arange(4).reshape(2, 2),
    np.array(["a", 1], dtype=object),
    pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
    pd.DataFrame({"a": [1, 2], "b": ["x", None]}),
    pd.Series([1, 2]),
    pd.Series([1, 2], name="n"),
    pd.Index([1, 2]),
    pd.date_range("2020", periods=2),
]
DIGESTS = " ".join(str(hash_objects(thing)) for thing in OBJECTS)
