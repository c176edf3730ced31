"""The OpenAPI document, made from the table of operations when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pydantic.json_schema import GenerateJsonSchema

from prefect._api.decoding import QUERY_TYPES, adapter
from prefect._base.version import API_VERSION
from prefect._wire.operation import Operation

# what is no operation: path -> (what it is for, type of the answer)
_PLAIN: Mapping[str, tuple[str, str]] = {
    "/health": ("Whether the server is there", "boolean"),
    "/ready": ("Whether the database answers and the keepers do their work", "object"),
    "/hello": ("A greeting", "string"),
    "/version": ("The version of the protocol", "string"),
    "/admin/version": ("The version of the server", "string"),
    "/flow_runs/{id}/logs/download": ("The log of a flow run as comma-separated values", "csv"),
}
_REFERENCE = "#/components/schemas/{model}"
_PROBLEM = {"description": "The request is not valid, or the operation was refused."}


def document(operations: Iterable[Operation], api_path: str) -> dict[str, Any]:
    """The whole document; paths begin with `api_path`."""
    listed = list(operations)
    schemas, components = _schemas(listed)
    paths: dict[str, dict[str, Any]] = {}
    for operation in listed:
        entry = paths.setdefault(api_path + operation.path, {})
        entry[operation.method.lower()] = _endpoint(operation, schemas, components)
    for path, (summary, kind) in _PLAIN.items():
        paths[api_path + path] = {"get": _plain(path, summary, kind)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Prefect REST API", "version": API_VERSION},
        "paths": paths,
        "components": {"schemas": components},
    }


def _plain(path: str, summary: str, kind: str) -> dict[str, Any]:
    """An endpoint that is no operation on the store."""
    content: dict[str, Any] = (
        {"text/csv": {}} if kind == "csv" else {"application/json": {"schema": {"type": kind}}}
    )
    described: dict[str, Any] = {
        "operationId": path.strip("/").replace("/", "_").replace("{id}", "of"),
        "summary": summary,
        "tags": ["Root"],
        "responses": {"200": {"description": "Done", "content": content}},
    }
    if "{id}" in path:
        described["parameters"] = [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        ]
    return described


def _schemas(operations: list[Operation]) -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
    """The schema of each (type, mode) that occurs, and those that they refer to."""
    wanted: dict[tuple[str, str], Any] = {}
    for operation in operations:
        if operation.body is not None:
            wanted[operation.body, "validation"] = adapter(operation.body)
        if operation.reply is not None:
            wanted[operation.reply, "serialization"] = adapter(operation.reply)
    for each in wanted.values():
        each.rebuild()
    generator = GenerateJsonSchema(ref_template=_REFERENCE)
    inputs: Any = [((key, key[1]), key[1], checked.core_schema) for key, checked in wanted.items()]
    found, definitions = generator.generate_definitions(inputs)
    return {key: found[(key, key[1]), key[1]] for key in wanted}, dict(definitions)  # type: ignore[index]


def _endpoint(
    operation: Operation, schemas: dict[tuple[str, str], Any], definitions: Mapping[str, Any]
) -> dict[str, Any]:
    resource, _, verb = operation.name.partition(".")
    described: dict[str, Any] = {
        "operationId": f"{verb}_{resource}",
        "summary": operation.summary,
        "tags": [resource.replace("_", " ").capitalize()],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": {str(operation.status): _success(operation, schemas)},
    }
    if operation.may_exist:
        described["responses"]["200"] = {**_success(operation, schemas), "description": "Nothing was made"}
    if operation.body is not None:
        schema = schemas[operation.body, "validation"]
        may_be_left_out = operation.reads or operation.body_optional
        required = not may_be_left_out or _has_required(schema, definitions)
        described["requestBody"] = {"content": {"application/json": {"schema": schema}}, "required": required}
    for status in (*operation.errors, 422):
        described["responses"][str(status)] = _PROBLEM
    return described


def _has_required(schema: Any, definitions: Mapping[str, Any]) -> bool:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return bool(schema.get("required"))


def _success(operation: Operation, schemas: dict[tuple[str, str], Any]) -> dict[str, Any]:
    if operation.status == 204:
        return {"description": "Done"}
    schema: dict[str, Any] = {} if operation.reply is None else schemas[operation.reply, "serialization"]
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid"} if name.endswith("id") else {"type": "string"},
        }
        for name in operation.path_names
    ]


_TYPES = {UUID: {"type": "string", "format": "uuid"}, bool: {"type": "boolean"}, int: {"type": "integer"}}


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": not kind.endswith("?"),
            "schema": _TYPES.get(QUERY_TYPES[kind.removesuffix("?")], {"type": "string"}),
        }
        for name, kind in operation.query.items()
    ]
