"""Filling in placeholders: objects with a ``__prefect_kind`` become the values that they stand for.

``{"__prefect_kind": "json", "value": "[1, 2]"}``, ``{"__prefect_kind": "jinja", "template": "{{ x }}"}`` and
``{"__prefect_kind": "workspace_variable", "variable_name": "v"}``; any other kind stands for its ``value``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Self, TypeAlias, cast

from pydantic import BaseModel, Field

from prefect._base import lazy

jinja2: Any = lazy.module("jinja2")
sandbox: Any = lazy.module("jinja2.sandbox")

KIND = "__prefect_kind"
StrictVariableValue: TypeAlias = str | int | bool | float | dict[str, Any] | list[Any] | None


class HydrationContext(BaseModel):
    """What placeholders may be filled in with, and what becomes of those that cannot be."""

    workspace_variables: dict[str, StrictVariableValue] = Field(default_factory=dict)
    render_workspace_variables: bool = False
    raise_on_error: bool = False
    render_jinja: bool = False
    jinja_context: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    async def build(
        cls,
        session: Any,
        raise_on_error: bool = False,
        render_jinja: bool = False,
        render_workspace_variables: bool = False,
    ) -> Self:
        """A context with the variables that `session`, an API client, can read, if they are rendered."""
        variables: dict[str, StrictVariableValue] = {}
        if render_workspace_variables:
            for variable in await session.read_variables():
                variables[variable.name] = variable.value
        return cls(
            workspace_variables=variables,
            raise_on_error=raise_on_error,
            render_jinja=render_jinja,
            render_workspace_variables=render_workspace_variables,
        )


# ------------------------------------------------------------------ what stands where a value is missing


class Placeholder:
    """Something that stands where a value should."""

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, type(self))

    __hash__ = object.__hash__

    @property
    def is_error(self) -> bool:
        return False


class RemoveValue(Placeholder):
    """The value is to be left out."""


class ValidJinja(Placeholder):
    """A template that is not to be rendered yet."""

    def __init__(self, template: str) -> None:
        self.template = template

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, type(self)) and self.template == other.template

    __hash__ = object.__hash__


class WorkspaceVariable(Placeholder):
    """A variable that is not to be read yet."""

    def __init__(self, variable_name: str) -> None:
        self.variable_name = variable_name

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, type(self)) and self.variable_name == other.variable_name

    __hash__ = object.__hash__


class HydrationError(Placeholder, Exception):
    """A placeholder that cannot be filled in."""

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(*(() if detail is None else (detail,)))
        self.detail = detail

    @property
    def is_error(self) -> bool:
        return True

    @property
    def message(self) -> str:
        return "The placeholder cannot be filled in"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, type(self)) and self.message == other.message

    __hash__ = object.__hash__

    def __str__(self) -> str:
        return self.message

    def _told(self, text: str) -> str:
        return text if self.detail is None else f"{text}: {self.detail}"


class KeyNotFound(HydrationError):
    """The placeholder lacks what its kind needs."""

    @property
    def message(self) -> str:
        return f"Missing '{self.key}' key in __prefect object"

    @property
    def key(self) -> str:
        raise NotImplementedError


class ValueNotFound(KeyNotFound):
    """The placeholder has no ``value``."""

    @property
    def key(self) -> str:
        return "value"


class TemplateNotFound(KeyNotFound):
    """The placeholder has no ``template``."""

    @property
    def key(self) -> str:
        return "template"


class VariableNameNotFound(KeyNotFound):
    """The placeholder has no ``variable_name``."""

    @property
    def key(self) -> str:
        return "variable_name"


class InvalidJSON(HydrationError):
    """The value is no JSON."""

    @property
    def message(self) -> str:
        return self._told("Invalid JSON")


class InvalidJinja(HydrationError):
    """The template cannot be rendered."""

    @property
    def message(self) -> str:
        return self._told("Invalid jinja")


class WorkspaceVariableNotFound(HydrationError):
    """There is no variable of this name."""

    @property
    def variable_name(self) -> str:
        assert self.detail is not None
        return self.detail

    @property
    def message(self) -> str:
        return f"Variable '{self.detail}' not found in workspace."


# ------------------------------------------------------------------ handlers of the kinds

Handler: TypeAlias = Callable[[dict[str, Any], HydrationContext], Any]
_handlers: dict[str | None, Handler] = {}


def handler(kind: str | None) -> Callable[[Handler], Handler]:
    """Let the decorated function fill in the placeholders of a kind."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def call_handler(kind: str | None, obj: dict[str, Any], ctx: HydrationContext) -> Any:
    """What a placeholder stands for; raises what cannot be filled in if the context says so."""
    filled = _handlers.get(kind, null_handler)(obj, ctx)
    if ctx.raise_on_error and isinstance(filled, HydrationError):
        raise filled
    return filled


@handler(None)
def null_handler(obj: dict[str, Any], ctx: HydrationContext) -> Any:
    """The value itself."""
    return _hydrated(obj["value"], ctx) if "value" in obj else ValueNotFound()


@handler("json")
def json_handler(obj: dict[str, Any], ctx: HydrationContext) -> Any:
    """What a JSON text holds; a value that is no text is itself."""
    if "value" not in obj:
        return RemoveValue()
    value = _hydrated(obj["value"], ctx)
    if not isinstance(value, str | bytes | bytearray):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        return InvalidJSON(detail=str(error))


@handler("jinja")
def jinja_handler(obj: dict[str, Any], ctx: HydrationContext) -> Any:
    """The rendered template, in a sandbox."""
    if "template" not in obj:
        return TemplateNotFound()
    template = _hydrated(obj["template"], ctx)
    if isinstance(template, HydrationError):
        return template
    if not isinstance(template, str):
        return InvalidJinja(detail=f"the template is no text but {template!r}")
    try:
        compiled = sandbox.ImmutableSandboxedEnvironment().from_string(template)
        return compiled.render(ctx.jinja_context) if ctx.render_jinja else ValidJinja(template)
    except Exception as error:  # noqa: BLE001 - templates are the user's: whatever they raise is theirs to see
        return InvalidJinja(detail=str(error))


@handler("workspace_variable")
def workspace_variable_handler(obj: dict[str, Any], ctx: HydrationContext) -> Any:
    """The value of a variable."""
    if "variable_name" not in obj:
        return RemoveValue()
    name = _hydrated(obj["variable_name"], ctx)
    if isinstance(name, HydrationError):
        return name
    if not ctx.render_workspace_variables:
        return WorkspaceVariable(name)
    if name not in ctx.workspace_variables:
        return WorkspaceVariableNotFound(str(name))
    return ctx.workspace_variables[name]


# ------------------------------------------------------------------ filling in


def hydrate(obj: dict[str, Any], ctx: HydrationContext | None = None) -> dict[str, Any]:
    """`obj` with every placeholder in it replaced by what it stands for.

    One that cannot be filled in is replaced by a `HydrationError`, or raises it if the context says so.
    """
    return _hydrated(obj, ctx or HydrationContext())


def _hydrated(value: Any, ctx: HydrationContext) -> Any:
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        if KIND in found:
            return call_handler(found[KIND], found, ctx)
        members = ((name, _hydrated(each, ctx)) for name, each in found.items())
        return {name: each for name, each in members if not isinstance(each, RemoveValue)}
    if isinstance(value, list):
        elements = (_hydrated(each, ctx) for each in cast("list[Any]", value))
        return [each for each in elements if not isinstance(each, RemoveValue)]
    return value
