"""The table of operations: each endpoint declared once.

An operation is what the service serves, the REST API exposes, the clients call and the parity test compares
with the contract. Declaring one imports no schema: `body` and `reply` name their types as ``"module:Type"``
and are resolved when somebody encodes or decodes.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

JsonObject = dict[str, Any]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_PLACEHOLDER = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint.

    `name` is ``resource.verb``: the service function is ``prefect._service.<resource>.operations:<verb>`` and
    is called with the path's placeholders, the declared query parameters and, if there is a body, ``body``.
    `reply` names the type of the JSON answer; None means that the answer is empty (204) or plain JSON.
    `reads` says that the operation writes nothing and may run on a snapshot; `body_optional` that a request
    without a body stands for one with nothing in it, as it does wherever an operation only reads;
    `may_exist` that 200 is answered instead of `status` where nothing had to be made or changed;
    `answers_text` that the answer is plain text instead of JSON.
    """

    name: str
    method: Method
    path: str
    body: str | None = None
    reply: str | None = None
    status: int = 200
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: tuple[int, ...] = ()
    reads: bool = False
    body_optional: bool = False
    may_exist: bool = False
    answers_text: bool = False
    summary: str = ""

    @property
    def path_names(self) -> tuple[str, ...]:
        return tuple(_PLACEHOLDER.findall(self.path))


OPERATIONS: dict[str, Operation] = {}


def op(method: Method, path: str, name: str, **options: Any) -> Operation:
    """Declare an operation and enter it into the table; a name or an endpoint declared twice is an error."""
    operation = Operation(name=name, method=method, path=path, **options)
    if name in OPERATIONS:
        raise ValueError(f"operation {name!r} is declared twice")
    OPERATIONS[name] = operation
    return operation


@cache
def resolve(reference: str) -> Any:
    """The type that ``"module:Type"`` names; a trailing ``[]`` makes a list of it."""
    many = reference.endswith("[]")
    module, _, attribute = reference.removesuffix("[]").partition(":")
    found = getattr(importlib.import_module(module), attribute)
    return list[found] if many else found


def named(name: str) -> Operation:
    """The operation of that name; its module, ``prefect._wire.operations.<resource>``, is imported."""
    found = OPERATIONS.get(name)
    if found is None:
        importlib.import_module(f"prefect._wire.operations.{name.partition('.')[0]}")
        found = OPERATIONS[name]
    return found
