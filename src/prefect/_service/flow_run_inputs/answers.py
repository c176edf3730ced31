"""Answers to what a paused run asks for: placeholders filled in, then checked against the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from prefect._base.errors import NotFound
from prefect._base.jsontext import loads
from prefect._service.unit import Unit
from prefect._service.variables import operations as variables
from prefect._wire.operation import JsonObject

KIND = "__prefect_kind"


class BadAnswer(Exception):
    """The answer cannot be taken; the message says why."""


async def filled(unit: Unit, answer: Any) -> Any:
    """`answer` with the values that its placeholders stand for. Raises `BadAnswer`.

    A placeholder is an object with the key ``__prefect_kind``, as forms send it: ``json`` (text in
    ``value``), ``jinja`` (``template``), ``workspace_variable`` (``variable_name``) or ``none`` (``value`` as
    it is).
    """
    if isinstance(answer, list):
        return [await filled(unit, item) for item in cast("list[Any]", answer)]
    if not isinstance(answer, dict):
        return answer
    fields = cast("JsonObject", answer)
    if KIND not in fields:
        return {name: await filled(unit, value) for name, value in fields.items()}
    match fields[KIND]:
        case None | "none":
            return await filled(unit, fields.get("value"))
        case "json":
            return _parsed(await filled(unit, fields.get("value")))
        case "jinja":
            return _rendered(await filled(unit, fields.get("template")))
        case "workspace_variable":
            return await _variable(unit, str(fields.get("variable_name")))
        case other:
            raise BadAnswer(f"There is no kind of placeholder {other!r}.")


def check(answer: JsonObject, schema: Mapping[str, Any]) -> None:
    """Raises `BadAnswer` unless `answer` fits the JSON schema; references lead nowhere but into `schema`."""
    import jsonschema
    from referencing import Registry

    validator = cast(Any, jsonschema.Draft202012Validator(schema, registry=Registry()))
    found = sorted(
        validator.iter_errors(answer), key=lambda error: [str(step) for step in error.absolute_path]
    )
    if found:
        raise BadAnswer("; ".join(_told(error) for error in found))


def _told(error: Any) -> str:
    place = ".".join(str(step) for step in error.absolute_path)
    return f"Field {place!r}: {error.message}" if place else error.message


def _parsed(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return loads(text)
    except ValueError as wrong:
        raise BadAnswer(f"{text!r} is not JSON: {wrong}") from None


def _rendered(template: Any) -> str:
    from jinja2 import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if not isinstance(template, str):
        raise BadAnswer("A placeholder of the kind 'jinja' needs text under 'template'.")
    try:
        return ImmutableSandboxedEnvironment().from_string(template).render()
    except TemplateError as wrong:
        raise BadAnswer(f"The template {template!r} cannot be rendered: {wrong}") from None


async def _variable(unit: Unit, name: str) -> Any:
    try:
        return (await variables.read_by_name(unit, name=name))["value"]
    except NotFound:
        raise BadAnswer(f"There is no variable {name!r}.") from None
