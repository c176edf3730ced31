"""Performing the actions of automations: claimed one by one, each with its outcome in the log.

What changes this store is done in the transaction that also says so, hence once. What goes out to the world
is prepared here, sent by whoever claimed it, outside of any transaction, and then reported.
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from prefect._base import block_secrets
from prefect._base.clock import to_iso
from prefect._base.errors import OperationError
from prefect._base.jsontext import dumps, loads
from prefect._service.automations import evaluate, names, templates
from prefect._service.automations.statements import sql
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

# how long a performer may be silent until another tries, and how often
CLAIM_S = 120.0
MOST_TRIES = 3
_SUSPENDED_S = 3600


class ActionFailed(Exception):
    """An action cannot be performed; trying again would not help."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An action that this process performs."""

    id: str
    tries: int
    invocation: JsonObject

    @property
    def action(self) -> JsonObject:
        return self.invocation["action"]

    @property
    def goes_out(self) -> bool:
        """Whether it is done outside of the store."""
        return self.action["type"] in ("send-notification", "call-webhook")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is sent: by the block of that document, which has these secrets, with the texts filled in."""

    kind: str
    document: JsonObject
    subject: str
    body: str
    secrets: frozenset[str] = frozenset()


async def claim(unit: Unit) -> Claim | float | None:
    """The next action that is due; else in how many seconds one is, None if there is none."""
    row = await unit.one(sql.action_due, now_us=unit.now_us)
    if row is None:
        later = await unit.one(sql.action_next)
        due_us = later["due_us"] if later else None
        return None if due_us is None else max(0.0, (due_us - unit.now_us) / 1e6)
    found = Claim(row["id"], row["tries"] + 1, loads(row["body"]))
    if row["tries"] >= MOST_TRIES:
        found = Claim(row["id"], row["tries"], loads(row["body"]))
        await fail(unit, found, f"It was tried {MOST_TRIES} times, and nobody came back from it.")
        return 0.0
    until_us = unit.now_us + round(CLAIM_S * 1e6)
    if not await unit.run(
        sql.action_claim, id=row["id"], owner=unit.owner, until_us=until_us, due_us=row["due_us"]
    ):
        return 0.0  # another was faster
    return found


async def perform(unit: Unit, claimed: Claim) -> None:
    """Do what changes this store, and say so.

    Raises `ActionFailed` or an `OperationError` if it is refused.
    """
    outcome = Outcome()
    await _PERFORMERS[claimed.action["type"]](unit, claimed.invocation, outcome)
    await done(unit, claimed, outcome.details, outcome.targets)


async def prepare(unit: Unit, claimed: Claim) -> Outgoing:
    """What an action that goes out sends. Raises `ActionFailed`."""
    action = claimed.action
    around = await names.of(unit, claimed.invocation)
    id = action["block_document_id"]
    document = await call(unit, "block_documents.read", id=id, include_secrets=True)
    veiled = await call(unit, "block_documents.read", id=id, include_secrets=False)
    secrets = block_secrets.hidden(document["data"], veiled["data"])
    try:
        if action["type"] == "call-webhook":
            return Outgoing("webhook", document, "", templates.render(action["payload"], around), secrets)
        subject, body = (templates.render(action[key], around) for key in ("subject", "body"))
        return Outgoing("notification", document, subject, body, secrets)
    except ValueError as wrong:
        raise ActionFailed(str(wrong)) from wrong


async def done(
    unit: Unit, claimed: Claim, details: JsonObject, targets: list[dict[str, str]] | None = None
) -> None:
    """An action was performed."""
    if await unit.run(sql.action_delete, id=claimed.id, tries=claimed.tries):
        await evaluate.tell_action(
            unit, claimed.invocation, "executed", details, targets or [], claimed.invocation["told_id"]
        )


async def fail(unit: Unit, claimed: Claim, reason: str) -> None:
    """An action has failed, for good."""
    if await unit.run(sql.action_delete, id=claimed.id, tries=claimed.tries):
        await evaluate.tell_action(
            unit, claimed.invocation, "failed", {"reason": reason}, [], claimed.invocation["told_id"]
        )


class Outcome:
    """What is told of an action that was performed."""

    def __init__(self) -> None:
        self.details: JsonObject = {}
        self.targets: list[dict[str, str]] = []

    def about(self, kind: str, id: str, role: str = "target") -> None:
        self.targets.append({"prefect.resource.id": f"prefect.{kind}.{id}", "prefect.resource.role": role})


Performer = Callable[[Unit, JsonObject, Outcome], Awaitable[None]]


async def call(unit: Unit, operation: str, **arguments: Any) -> Any:
    """Carry out an operation of another resource, by its name; raises what it refuses with."""
    resource, _, verb = operation.partition(".")
    module = importlib.import_module(f"prefect._service.{resource}.operations")
    before, unit.status = unit.status, None
    answer = await getattr(module, verb)(unit, **arguments)
    unit.status = before
    if isinstance(answer, OperationError):
        raise answer
    return answer


# -- which thing an action is about -------------------------------------------------------------------


def _subject(invocation: JsonObject, kind: str, key: str) -> str:
    """The id of the thing that the action names, or that can be inferred from what happened."""
    action = invocation["action"]
    if action.get("source") == "selected":
        if not action.get(key):
            raise ActionFailed(f"The action does not say which {kind} it is about.")
        return action[key]
    return inferred(invocation, kind)


def inferred(invocation: JsonObject, kind: str) -> str:
    """The id of the first thing of a kind that takes part in what happened."""
    prefix = f"prefect.{kind}."
    if kind == "flow-run":  # the run by which the trigger counts is meant first of all
        labels: Mapping[str, str] = invocation["triggering_labels"]
        for value in labels.values():
            if value.startswith(prefix):
                return value.removeprefix(prefix)
    event = invocation["triggering_event"]
    if event is None:
        raise ActionFailed(f"No {kind} can be inferred: there is no event that has triggered it.")
    for resource in (event["resource"], *event["related"]):
        if resource["prefect.resource.id"].startswith(prefix):
            return resource["prefect.resource.id"].removeprefix(prefix)
    raise ActionFailed(f"No {kind} can be inferred from the event {event['event']!r}.")


def _by(invocation: JsonObject) -> str:
    return f"Automation {invocation['automation']['id']}"


# -- performers ---------------------------------------------------------------------------------------


async def _nothing(unit: Unit, invocation: JsonObject, outcome: Outcome) -> None:
    """Do nothing."""


async def _run_deployment(unit: Unit, invocation: JsonObject, outcome: Outcome) -> None:
    action, automation = invocation["action"], invocation["automation"]
    id = _subject(invocation, "deployment", "deployment_id")
    around = await names.of(unit, invocation)
    try:
        variables = await names.variables(unit)
        parameters = templates.filled(action["parameters"] or {}, around, variables)
        job_variables = templates.filled(action["job_variables"] or {}, around, variables)
    except ValueError as wrong:
        raise ActionFailed(str(wrong)) from wrong
    delay_us = round(action["schedule_after"] * 1e6)
    key = f"automation {automation['id']}, action {invocation['action_index']}, invocation {invocation['id']}"
    body: JsonObject = {
        "state": {
            "type": "SCHEDULED",
            "name": "Scheduled",
            "state_details": {"scheduled_time": to_iso(unit.now_us + delay_us)},
        },
        "parameters": parameters,
        "idempotency_key": key,
    }
    if job_variables:
        body["job_variables"] = job_variables
    run = await call(unit, "deployments.create_flow_run", id=id, body=body)
    made_by = {"id": automation["id"], "type": "AUTOMATION", "display_value": automation["name"]}
    await unit.run(names.sql.flow_run_made_by, id=run["id"], created_by=dumps(made_by))
    outcome.about("deployment", id)
    outcome.about("flow-run", run["id"], "flow-run")
    outcome.details = {"status_code": 201}


def _changing(kind: str, key: str, operation: str, changes: JsonObject) -> Performer:
    """A performer that changes what the action is about."""

    async def perform_it(unit: Unit, invocation: JsonObject, outcome: Outcome) -> None:
        id = _subject(invocation, kind, key)
        where: JsonObject = {"id": id}
        if kind == "work-pool":
            where = {"name": await names.of_pool(unit, id)}
        await call(unit, operation, **where, body=changes)
        outcome.about(kind, id)
        outcome.details = {"status_code": 204}

    return perform_it


async def _set_state(
    unit: Unit, invocation: JsonObject, outcome: Outcome, state: JsonObject, *, force: bool = False
) -> None:
    id = inferred(invocation, "flow-run")
    body = {"state": state, "force": force}
    answer = await call(unit, "flow_runs.set_state", id=id, body=body)
    outcome.about("flow-run", id)
    if answer["status"] != "ACCEPT":
        raise ActionFailed(f"The state of the flow run was not changed: {_refusal(answer)}.")
    outcome.details = {"status_code": 201}


def _refusal(answer: JsonObject) -> str:
    details: JsonObject | None = answer.get("details")
    reason = details.get("reason") if details else None
    return f"{answer['status']} ({reason})" if reason else str(answer["status"])


async def _cancel(unit: Unit, invocation: JsonObject, outcome: Outcome) -> None:
    state = {"type": "CANCELLING", "name": "Cancelling", "message": f"Cancelled by {_by(invocation)}"}
    await _set_state(unit, invocation, outcome, state)


async def _suspend(unit: Unit, invocation: JsonObject, outcome: Outcome) -> None:
    until = to_iso(unit.now_us + _SUSPENDED_S * 1_000_000)
    details = {"pause_timeout": until, "pause_reschedule": True, "pause_key": invocation["id"]}
    state = {
        "type": "PAUSED",
        "name": "Suspended",
        "message": f"Suspended by {_by(invocation)}",
        "state_details": details,
    }
    await _set_state(unit, invocation, outcome, state)


async def _change_state(unit: Unit, invocation: JsonObject, outcome: Outcome) -> None:
    action = invocation["action"]
    state = {"type": action["state"], "message": action["message"] or f"State changed by {_by(invocation)}"}
    if action["name"]:
        state["name"] = action["name"]
    await _set_state(unit, invocation, outcome, state, force=action["force"])


async def _resume(unit: Unit, invocation: JsonObject, outcome: Outcome) -> None:
    id = inferred(invocation, "flow-run")
    answer = await call(unit, "flow_runs.resume", id=id)
    outcome.about("flow-run", id)
    if answer["status"] != "ACCEPT":
        raise ActionFailed(f"The flow run was not resumed: {_refusal(answer)}.")
    outcome.details = {"status_code": 201}


async def _delete_run(unit: Unit, invocation: JsonObject, outcome: Outcome) -> None:
    id = inferred(invocation, "flow-run")
    await call(unit, "flow_runs.delete", id=id)
    outcome.about("flow-run", id)
    outcome.details = {"status_code": 204}


_PERFORMERS: Mapping[str, Performer] = {
    "do-nothing": _nothing,
    "run-deployment": _run_deployment,
    "pause-deployment": _changing("deployment", "deployment_id", "deployments.update", {"paused": True}),
    "resume-deployment": _changing("deployment", "deployment_id", "deployments.update", {"paused": False}),
    "pause-work-queue": _changing("work-queue", "work_queue_id", "work_queues.update", {"is_paused": True}),
    "resume-work-queue": _changing("work-queue", "work_queue_id", "work_queues.update", {"is_paused": False}),
    "pause-work-pool": _changing("work-pool", "work_pool_id", "work_pools.update", {"is_paused": True}),
    "resume-work-pool": _changing("work-pool", "work_pool_id", "work_pools.update", {"is_paused": False}),
    "pause-automation": _changing("automation", "automation_id", "automations.update", {"enabled": False}),
    "resume-automation": _changing("automation", "automation_id", "automations.update", {"enabled": True}),
    "cancel-flow-run": _cancel,
    "suspend-flow-run": _suspend,
    "resume-flow-run": _resume,
    "delete-flow-run": _delete_run,
    "change-flow-run-state": _change_state,
}
