"""Write the stub of the filter classes from their tables; with ``--check`` only say whether it is current."""

from __future__ import annotations

import sys
from pathlib import Path

from prefect._wire.filters.declare import Criterion, Filter
from prefect._wire.filters.tables import CLASSES

STUB = Path(__file__).parents[1] / "src/prefect/_wire/filters/__init__.pyi"
HEAD = """\
# Made by tools/make_filter_stub.py from prefect/_wire/filters/tables.py: change that and run it again.
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from prefect._base.state import StateType as StateType
from prefect._wire.common import PrefectBaseModel
from prefect._wire.filters.declare import Criterion, Filter
from prefect._wire.filters.declare import Operator as Operator

CLASSES: Mapping[str, Filter | Criterion]

class FilterModel(PrefectBaseModel): ...
class OperatorMixin: ...

class GroupedFilterModel(FilterModel, OperatorMixin):
    operator: Operator = ...
"""
_OF_KIND = {
    "uuid": "UUID",
    "text": "str",
    "state_type": "StateType",
    "int": "int",
    "bool": "bool",
    "instant": "datetime",
    "list": "str",
}
_OF_OPERATOR = {
    "like_": "str",
    "is_null_": "bool",
    "exists_": "bool",
    "startswith_": "list[str]",
    "type_": "list[str]",
}


def value_type(kind: str, operator: str) -> str:
    if operator in _OF_OPERATOR:
        return _OF_OPERATOR[operator]
    one = _OF_KIND[kind]
    return f"list[{one}]" if operator in ("any_", "not_any_", "all_", "id_") else one


def stub_of(name: str, made_from: Filter | Criterion) -> str:
    base = "GroupedFilterModel" if made_from.grouped else "FilterModel"
    lines = [f"class {name}({base}):"]
    if isinstance(made_from, Filter):
        lines += [f"    {field}: {made_from.class_of(field)} | None = ..." for field in made_from.fields]
    elif made_from.operators == ("query",):
        lines += ["    query: str"]
    else:
        types = {name: value_type(made_from.kind, name) for name in made_from.operators}
        lines += [f"    {name}: {declared} | None = ..." for name, declared in types.items()]
    return "\n".join(lines)


def stub() -> str:
    """The text of the stub, classes before those that refer to them."""
    order = sorted(CLASSES, key=lambda name: isinstance(CLASSES[name], Filter))
    names = "".join(f'    "{name}",\n' for name in ["CLASSES", "Operator", "OperatorMixin", *CLASSES])
    classes = "\n\n".join(stub_of(name, CLASSES[name]) for name in order)
    return f"{HEAD}\n{classes}\n\n__all__ = [\n{names}]\n"


def main() -> int:
    text = stub()
    if "--check" in sys.argv:
        if STUB.exists() and STUB.read_text() == text:
            return 0
        print(f"{STUB} is not current: run tools/make_filter_stub.py", file=sys.stderr)
        return 1
    STUB.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
