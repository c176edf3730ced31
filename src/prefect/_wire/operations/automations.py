"""Endpoints of automations."""

from __future__ import annotations

from prefect._wire.operation import op

_AUTOMATION = "prefect._wire.automations:Automation"
_TEMPLATE = "prefect._wire.automations:Template"

op(
    "POST",
    "/automations/",
    "automations.create",
    body="prefect._wire.automations:AutomationCreate",
    reply=_AUTOMATION,
    status=201,
    summary="Create an automation",
)
op(
    "POST",
    "/automations/filter",
    "automations.filter",
    body="prefect._wire.automations:AutomationsFilter",
    reply=f"{_AUTOMATION}[]",
    reads=True,
    summary="List automations",
)
op(
    "POST",
    "/automations/count",
    "automations.count",
    body="prefect._wire.automations:AutomationsCount",
    reads=True,
    summary="Count automations",
)
for _path, _name in (
    ("/automations/templates/validate", "automations.validate_template"),
    ("/templates/validate", "templates.validate"),
):
    op(
        "POST",
        _path,
        _name,
        body=_TEMPLATE,
        status=204,
        reads=True,
        errors=(422,),
        summary="Check a template",
    )
op(
    "GET",
    "/automations/related-to/{resource_id}",
    "automations.related_to",
    reply=f"{_AUTOMATION}[]",
    reads=True,
    summary="List the automations that a resource has to do with",
)
op(
    "DELETE",
    "/automations/owned-by/{resource_id}",
    "automations.delete_owned_by",
    status=202,
    summary="Remove the automations that a resource owns",
)
op(
    "GET",
    "/automations/{id}",
    "automations.read",
    reply=_AUTOMATION,
    errors=(404,),
    reads=True,
    summary="Read an automation",
)
op(
    "PUT",
    "/automations/{id}",
    "automations.replace",
    body="prefect._wire.automations:AutomationUpdate",
    status=204,
    errors=(404,),
    summary="Replace an automation",
)
op(
    "PATCH",
    "/automations/{id}",
    "automations.update",
    body="prefect._wire.automations:AutomationPartialUpdate",
    status=204,
    errors=(404,),
    summary="Switch an automation on or off",
)
op(
    "DELETE",
    "/automations/{id}",
    "automations.delete",
    status=204,
    errors=(404,),
    summary="Remove an automation",
)
