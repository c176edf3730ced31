"""Endpoints of an OpenAPI document in a form that can be compared: names, what is required, status codes.

Run as a program it makes the recorded facts of the contract: ``python tests/api/facts.py <rest-api.json>``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("rest.json")
Schemas = dict[str, Any]


def placeless(path: str) -> str:
    """The path without the names of its placeholders."""
    return re.sub(r"{\w+(:\w+)?}", "{}", path)


def fields(schema: Any, schemas: Schemas) -> dict[str, bool] | None:
    """The names of an object's fields and whether they are required; of a list, those of its elements."""
    schema = _resolved(schema, schemas)
    if schema.get("type") == "array":
        return fields(schema.get("items", {}), schemas)
    if "properties" not in schema:
        return None
    required = schema.get("required") or ()
    return {name: name in required for name in schema["properties"]}


def _resolved(schema: Any, schemas: Schemas) -> Any:
    schema = schema or {}
    if "$ref" in schema:
        return _resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return _resolved(choices[0], schemas) if len(choices) == 1 else schema


def endpoint(raw: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    """One endpoint: parameters of its query, fields of its body, and of the answers that mean success."""
    body = raw.get("request_body") or raw.get("requestBody")
    content = (body or {}).get("content", {}).get("application/json")
    if content is not None and "schema" in content:
        content = content["schema"]
    answers: dict[str, Any] = {}
    for status, answer in raw["responses"].items():
        if int(status) < 300:
            answer = answer.get("content", answer)
            answer = answer.get("application/json", {})
            found = fields(answer.get("schema", answer), schemas)
            answers[status] = None if found is None else sorted(found)
    return {
        "query": {
            each["name"]: bool(each.get("required"))
            for each in raw.get("parameters", ())
            if each["in"] == "query"
        },
        "body": None
        if body is None
        else {"required": bool(body.get("required")), "fields": fields(content, schemas), **_named(content)},
        "answers": answers,
        "statuses": [int(status) for status in answers]
        + [status for status in raw.get("other_status_codes", ()) if status < 300],
    }


def _named(content: Any) -> dict[str, bool]:
    """Whether a body consists of named arguments, of which those that have a default may be null."""
    is_named = (content or {}).get("$ref", "").rpartition("/")[2].startswith("Body_")
    return {"named": True} if is_named else {}


def recorded(contract: Any) -> dict[str, Any]:
    components = contract["components"]
    schemas = components.get("schemas", components)
    return {
        f"{each['method']} {placeless(each['path'])}": endpoint(each, schemas)
        for each in contract["endpoints"]
    }


if __name__ == "__main__":
    contract = json.loads(Path(sys.argv[1]).read_text())
    RECORDED.write_text(json.dumps(recorded(contract), indent=1, sort_keys=True) + "\n")
