"""What runs are started with: placeholders filled in, and checks against the schemas of flow and pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from prefect._base import lazy
from prefect._base.errors import Conflict, OperationError
from prefect._base.jsontext import loads
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

answers: Any = lazy.module("prefect._service.flow_run_inputs.answers")

Row = Mapping[str, Any]


async def for_run(unit: Unit, deployment: Row, body: JsonObject) -> JsonObject:
    """The parameters of a run: those of the deployment, and over them the given ones.

    Defaults that the flow does not take (any more) stay: who executes the run leaves them out, and says so in
    its log. Raises `OperationError`: 400 for a placeholder that cannot be filled, 409 for values that the
    schema of the flow's parameters does not allow, with the place of each, and for parameters that it does
    not have.
    """
    given: JsonObject = body.get("parameters") or {}
    schema = loads(deployment["parameter_openapi_schema"])
    defaults = loads(deployment["parameters"])
    foreign: set[str] = set()
    if is_enforced(deployment, body) and _is_closed(schema):
        known: JsonObject = schema["properties"]
        if unknown := sorted(given.keys() - known.keys()):
            there = ", ".join(known) or "none at all"
            raise Conflict(f"The flow has no parameter {', '.join(unknown)}: its parameters are {there}.")
        foreign = defaults.keys() - known.keys()
    merged: JsonObject = {**defaults, **given}
    if "__prefect_kind" in str(merged):
        try:
            merged = {name: await answers.filled(unit, value) for name, value in merged.items()}
        except answers.BadAnswer as wrong:
            raise OperationError(f"The parameters cannot be filled in: {wrong}", status=400) from wrong
    if schema and is_enforced(deployment, body):
        try:
            answers.check({name: value for name, value in merged.items() if name not in foreign}, schema)
        except answers.BadAnswer as wrong:
            raise Conflict(f"The parameters do not fit to the flow: {wrong}") from wrong
    return merged


def is_enforced(deployment: Row, body: JsonObject) -> bool:
    """Whether parameters have to fit: as the request says, else as the deployment does."""
    asked = body.get("enforce_parameter_schema")
    return bool(deployment["enforce_parameter_schema"]) if asked is None else asked


def _is_closed(schema: JsonObject) -> bool:
    """Whether the schema names all parameters that there are: those of a flow without `**` do."""
    return "properties" in schema and not schema.get("additionalProperties")


def check_job_variables(queue: Row | None, job_variables: JsonObject | None) -> None:
    """Raise `Conflict` for job variables that the template of the pool does not allow.

    References to blocks and to what is known only later are left alone, as are variables that are missing:
    a run may bring them.
    """
    if not job_variables:
        return
    if queue is None:
        raise Conflict(
            "Job variables are for work pools: give a work_pool_name, or leave the job variables out."
        )
    variables: JsonObject = loads(queue["base_job_template"]).get("variables") or {}
    if not variables:
        return
    known = {name: value for name, value in job_variables.items() if not _is_later(value)}
    try:
        answers.check(known, {**variables, "required": []})
    except answers.BadAnswer as wrong:
        raise Conflict(
            f"The job variables do not fit to the work pool {queue['work_pool_name']!r}: {wrong}"
        ) from wrong


def _is_later(value: Any) -> bool:
    """Whether a value, or something in it, stands for another that is filled in later."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, dict):
        inside = cast("dict[str, Any]", value)
        return "$ref" in inside or any(_is_later(item) for item in inside.values())
    return isinstance(value, list) and any(_is_later(item) for item in cast("list[Any]", value))
