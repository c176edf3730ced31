"""The JSON schema of a function's parameters, for forms, deployments and checks."""

from __future__ import annotations

import ast
import inspect
import warnings
from collections.abc import Callable
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any, Literal, cast

import pydantic
from pydantic.errors import PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, PydanticJsonSchemaWarning
from pydantic_core import to_jsonable_python

from prefect.utilities.annotations import freeze
from prefect.utilities.importtools import safe_load_namespace

_VARIADIC = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
_NO_MODEL = (PydanticUserError, pydantic.ValidationError, TypeError)
_REF = "#/definitions/{model}"


class ParameterSchema(pydantic.BaseModel):
    """The parameters of a function as the properties of an object."""

    title: Literal["Parameters"] = "Parameters"
    type: Literal["object"] = "object"
    properties: dict[str, Any] = pydantic.Field(default_factory=dict)
    required: list[str] = pydantic.Field(default_factory=list)
    definitions: dict[str, Any] = pydantic.Field(default_factory=dict)

    def model_dump_for_openapi(self) -> dict[str, Any]:
        """The schema without an empty list of required parameters, as OpenAPI wants it."""
        result = self.model_dump(mode="python", exclude_none=True)
        if not result.get("required"):
            result.pop("required", None)
        return result


def parameter_schema(fn: Callable[..., Any]) -> ParameterSchema:
    """The schema of a function's parameters.

    Descriptions come from the ``Args:`` of its docstring. An annotation that cannot be resolved or has no
    schema allows anything.
    """
    try:
        signature = inspect.signature(fn, eval_str=True)
    except (NameError, TypeError, SyntaxError, AttributeError):
        signature = _resolve_one_by_one(fn)
    return generate_parameter_schema(signature, parameter_docstrings(inspect.getdoc(fn)))


def _resolve_one_by_one(fn: Callable[..., Any]) -> Signature:
    """The signature with those annotations resolved that can be."""
    signature = inspect.signature(fn)
    names = getattr(inspect.unwrap(fn), "__globals__", {})
    parameters: list[Parameter] = []
    for parameter in signature.parameters.values():
        if isinstance(parameter.annotation, str):
            try:
                annotation: Any = eval(parameter.annotation, names)
            except Exception:  # noqa: BLE001 - an annotation may be any expression
                annotation = Any
            parameter = parameter.replace(annotation=annotation)
        parameters.append(parameter)
    return signature.replace(parameters=parameters)


def generate_parameter_schema(signature: Signature, docstrings: dict[str, str]) -> ParameterSchema:
    """The schema of the parameters of a signature; `docstrings` has the descriptions by name."""
    parameters = {
        f"parameter_{position}": parameter
        for position, parameter in enumerate(signature.parameters.values())
        if position or parameter.name not in ("self", "cls")
    }
    found = _schema_of_fields({name: _field_of(parameter) for name, parameter in parameters.items()})
    schema = ParameterSchema(definitions=dict(sorted(found.get("definitions", {}).items())))
    for name, parameter in parameters.items():
        own: dict[str, Any] = found["properties"][name]
        own["position"] = int(name.rpartition("_")[2])
        own["title"] = parameter.name
        if parameter.kind in _VARIADIC:
            own.pop("default", None)
        elif _is_required(parameter):
            schema.required.append(parameter.name)
        if isinstance(parameter.default, freeze):
            own.update({"readOnly": True, "enum": [own["default"]]})
        if description := docstrings.get(parameter.name):
            own.setdefault("description", description)
        schema.properties[parameter.name] = dict(sorted(own.items()))
    return schema


def _is_required(parameter: Parameter) -> bool:
    default = parameter.default
    if isinstance(default, pydantic.fields.FieldInfo):
        return default.is_required()
    return default is Parameter.empty


def _field_of(parameter: Parameter) -> tuple[Any, Any]:
    """A parameter as the field of a model: its type and its default."""
    if parameter.kind in _VARIADIC:
        return Any, None
    annotation: Any = parameter.annotation
    if annotation is Parameter.empty or isinstance(annotation, str):
        annotation = Any
    default: Any = ... if parameter.default is Parameter.empty else parameter.default
    if isinstance(default, freeze):
        default = to_jsonable_python(cast("freeze[Any]", default).unfreeze())
    return annotation, default


def _schema_of_fields(fields: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """The schema of a model with these fields; a type that no model can have is as good as any."""
    try:
        return _schema_of_model(fields)
    except _NO_MODEL:
        possible = {name: field if _is_possible(field) else (Any, field[1]) for name, field in fields.items()}
        return _schema_of_model(possible)


def _is_possible(field: tuple[Any, Any]) -> bool:
    try:
        _schema_of_model({"field": field})
    except _NO_MODEL:
        return False
    return True


# the fields have names of our own, so that no parameter can clash with what models have themselves
def _schema_of_model(fields: dict[str, Any]) -> dict[str, Any]:
    config = pydantic.ConfigDict(arbitrary_types_allowed=True)
    model: Any = pydantic.create_model("Parameters", __config__=config, **fields)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PydanticJsonSchemaWarning)
        schema: dict[str, Any] = model.model_json_schema(ref_template=_REF, schema_generator=_Lenient)
    schema.setdefault("properties", {})
    if "$defs" in schema:
        schema["definitions"] = schema.pop("$defs")
    return schema


class _Lenient(GenerateJsonSchema):
    """Lets a part of a type that has no schema be anything, instead of giving the whole type up."""

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> dict[str, Any]:
        return {}


# ------------------------------------------------------------------ descriptions


def parameter_docstrings(docstring: str | None) -> dict[str, str]:
    """The descriptions of parameters in a docstring with a section ``Args:``, by name."""
    lines = (docstring or "").expandtabs().splitlines()
    start = next((n for n, line in enumerate(lines) if line.strip() in _SECTION_NAMES), len(lines))
    section = lines[start + 1 :]
    first = next((line for line in section if line.strip()), "")
    indent = len(first) - len(first.lstrip())
    if not indent:
        return {}
    found: dict[str, list[str]] = {}
    name = ""
    for line in section:
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth < indent:
            break
        if line.strip() and depth == indent:
            head, _, text = line.partition(":")
            name = head.split("(")[0].strip()
            found[name] = [text.strip()]
        elif name:
            found[name].append(line.strip())
    return {name: "\n".join(text).strip() for name, text in found.items()}


_SECTION_NAMES = frozenset({"Args:", "Arguments:", "Parameters:", "Params:"})


# ------------------------------------------------------------------ without importing


def parameter_schema_from_entrypoint(entrypoint: str) -> ParameterSchema:
    """The schema of the function at ``path/to/file.py:function`` or ``package.module:function``.

    The code is read, not run: what cannot be resolved without its environment allows anything.
    """
    where, _, name = entrypoint.rpartition(":")
    if not where:
        where, _, name = entrypoint.rpartition(".")
    path = Path(where) if where.endswith(".py") else _file_of_module(where)
    source = path.read_text(encoding="utf-8")
    definition = _find_definition(ast.parse(source), name.split("."))
    if definition is None:
        raise ValueError(f"Could not find the function {name!r} in {path}.")
    namespace = safe_load_namespace(source, filepath=str(path))
    signature = _signature_of(definition, namespace)
    return generate_parameter_schema(signature, parameter_docstrings(ast.get_docstring(definition)))


def _file_of_module(name: str) -> Path:
    from importlib.util import find_spec

    spec = find_spec(name)
    if spec is None or not spec.origin:
        raise ValueError(f"Could not find the module {name!r}.")
    return Path(spec.origin)


_Definition = ast.FunctionDef | ast.AsyncFunctionDef


def _find_definition(tree: ast.Module, path: list[str]) -> _Definition | None:
    body: list[ast.stmt] = tree.body
    for part in path[:-1]:
        owner = next((n for n in body if isinstance(n, ast.ClassDef) and n.name == part), None)
        if owner is None:
            return None
        body = owner.body
    named = [n for n in body if isinstance(n, _Definition) and n.name == path[-1]]
    if named:
        return named[-1]
    # a flow may also be known by the name that its decorator gives it
    for node in body:
        if isinstance(node, _Definition):
            for decorator in node.decorator_list:
                keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
                for keyword in keywords:
                    value = keyword.value
                    if keyword.arg == "name" and isinstance(value, ast.Constant) and value.value == path[-1]:
                        return node
    return None


def _signature_of(definition: _Definition, namespace: dict[str, Any]) -> Signature:
    def evaluate(expression: ast.expr | None, missing: Any, failed: Any) -> Any:
        if expression is None:
            return missing
        try:
            return eval(compile(ast.Expression(expression), "<signature>", "eval"), namespace)
        except Exception:  # noqa: BLE001 - an annotation or a default may be any expression
            return failed

    def make(arg: ast.arg, kind: Any, default: ast.expr | None) -> Parameter:
        annotation = evaluate(arg.annotation, Parameter.empty, Any)
        if isinstance(annotation, str):
            annotation = evaluate(ast.parse(annotation, mode="eval").body, Any, Any)
        return Parameter(
            arg.arg,
            kind,
            default=evaluate(default, Parameter.empty, None),
            annotation=annotation,
        )

    arguments = definition.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    kinds = [Parameter.POSITIONAL_ONLY] * len(arguments.posonlyargs)
    kinds += [Parameter.POSITIONAL_OR_KEYWORD] * len(arguments.args)
    parameters = [make(arg, kind, d) for arg, kind, d in zip(positional, kinds, defaults, strict=True)]
    if arguments.vararg:
        parameters.append(make(arguments.vararg, Parameter.VAR_POSITIONAL, None))
    for arg, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        parameters.append(make(arg, Parameter.KEYWORD_ONLY, d))
    if arguments.kwarg:
        parameters.append(make(arguments.kwarg, Parameter.VAR_KEYWORD, None))
    return Signature(parameters)
