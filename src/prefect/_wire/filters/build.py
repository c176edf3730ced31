"""The pydantic classes of the filters, each made from its table when it is first asked for."""

from __future__ import annotations

from functools import cache, partial
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, create_model

from prefect._base.state import StateType
from prefect._wire.common import DateTime, PrefectBaseModel
from prefect._wire.filters.declare import OPERATORS, Criterion, Filter, Kind, Operator
from prefect._wire.filters.tables import CLASSES

HOME = "prefect.client.schemas.filters"
MAX_QUERY = 200


class FilterModel(PrefectBaseModel):
    """Base of the filters; a criterion or operator that does not exist is an error."""

    model_config = ConfigDict(extra="forbid")


class OperatorMixin:
    """A filter whose criteria are combined by `operator`."""


class GroupedFilterModel(FilterModel, OperatorMixin):
    """Base of the filters that have an `operator`."""

    operator: Operator = Field(default=Operator.and_, description="How the criteria are combined.")


# what the values of an operator are, where that does not follow from the kind of the field
_OF_OPERATOR: dict[str, Any] = {
    "like_": str,
    "is_null_": bool,
    "exists_": bool,
    "startswith_": list[str],
    "type_": list[str],
}
_OF_KIND: dict[Kind, Any] = {
    "uuid": UUID,
    "text": str,
    "state_type": StateType,
    "int": int,
    "bool": bool,
    "instant": DateTime,
    "list": str,
}
_MANY = frozenset({"any_", "not_any_", "all_", "id_"})


def value_type(kind: Kind, operator: str) -> Any:
    """The type of what an operator is given."""
    if operator in _OF_OPERATOR:
        return _OF_OPERATOR[operator]
    if operator == "query":
        return Annotated[str, Field(max_length=MAX_QUERY)]
    one = _OF_KIND[kind]
    return list[one] if operator in _MANY else one


def _criterion_fields(made_from: Criterion) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for operator in made_from.operators:
        declared = value_type(made_from.kind, operator)
        description = OPERATORS[operator]
        if operator == "query":
            fields[operator] = (declared, Field(description=description))
        else:
            default = (made_from.defaults or {}).get(operator)
            fields[operator] = (declared | None, Field(default=default, description=description))
    return fields


def _filter_fields(made_from: Filter) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in made_from.fields:
        member = build(made_from.class_of(name))
        default = (made_from.defaults or {}).get(name)
        if default is None:
            fields[name] = (member | None, Field(default=None))
        else:
            fields[name] = (member | None, Field(default_factory=partial(member, **default)))
    return fields


@cache
def build(class_name: str) -> type[Any]:
    """The class of that name; raises `KeyError` if no table declares it."""
    made_from = CLASSES[class_name]
    fields = _filter_fields(made_from) if isinstance(made_from, Filter) else _criterion_fields(made_from)
    base = GroupedFilterModel if made_from.grouped else FilterModel
    model = create_model(class_name, __base__=base, __module__=HOME, **fields)
    kind = "Which objects are wanted." if isinstance(made_from, Filter) else "One criterion of a filter."
    model.__doc__ = kind
    return model
