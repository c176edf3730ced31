"""States between their three forms: JSON of the wire, the plain value, and the columns of the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.details import from_wire, to_wire
from prefect._base.errors import Invalid
from prefect._base.jsontext import dumps, loads
from prefect._base.state import DETAIL_DEFAULTS, NO_DETAILS, StateType, StateValue
from prefect._wire.operation import JsonObject

_TYPES = StateType.__members__
_UNSET_DETAILS: dict[str, Any] = dict(DETAIL_DEFAULTS)


def proposed(body: JsonObject) -> StateValue:
    """The state that the body of a request proposes; when it begins is left to the decision."""
    try:
        type_ = _TYPES[body["type"]]
        details = body.get("state_details")
        return StateValue(
            type_,
            body.get("name") or type_.value.capitalize(),
            "",
            0,
            body.get("message"),
            from_wire(details) if details else NO_DETAILS,
            _kept_data(body.get("data")),
        )
    except KeyError:
        raise Invalid(
            f"A state needs one of the types {', '.join(_TYPES)}, not {body.get('type')!r}."
        ) from None
    except (TypeError, ValueError) as wrong:
        raise Invalid(f"The details of the proposed state cannot be read: {wrong}") from wrong


def _kept_data(data: Any) -> Any:
    """The reference to a stored result; older clients mark results that are not stored."""
    if isinstance(data, dict) and data.get("type") == "unpersisted":  # pyright: ignore[reportUnknownMemberType]
        return None
    return data  # pyright: ignore[reportUnknownVariableType]


def current(row: Mapping[str, Any]) -> StateValue | None:
    """The state in the columns ``state_*`` of a run's row; None while the run has none."""
    if row["state_type"] is None:
        return None
    details = row["state_details"]
    data = row["state_data"]
    return StateValue(
        _TYPES[row["state_type"]],
        row["state_name"],
        row["state_id"],
        row["state_at_us"],
        row["state_message"],
        read_details(details) if details else NO_DETAILS,
        loads(data) if data else None,
    )


def columns(state: StateValue) -> dict[str, Any]:
    """The state as parameters of a statement: ``state_id``, ``state_type`` and so on."""
    return {
        "state_id": state.id,
        "state_type": state.type.value,
        "state_name": state.name,
        "state_at_us": state.at_us,
        "state_message": state.message,
        "state_details": write_details(state.details),
        "state_data": None if state.data is None else dumps(state.data),
    }


def write_details(details: Mapping[str, Any]) -> str:
    """Details as they stand in a column: wire names, only what is set."""
    return dumps(to_wire(details)) if details else "{}"


def read_details(text: str) -> Mapping[str, Any]:
    """The details of a column for a plain state."""
    return NO_DETAILS if text == "{}" else from_wire(loads(text))


def to_json(state: StateValue) -> JsonObject:
    """The state as the API answers it; every key of the details is there."""
    return _json(
        state.id,
        state.type.value,
        state.name,
        state.at_us,
        state.message,
        {**_UNSET_DETAILS, **to_wire(state.details)},
        state.data,
    )


def row_json(
    row: Mapping[str, Any], flow_run_id: str | None, task_run_id: str | None = None
) -> JsonObject | None:
    """The state in the columns ``state_*`` of a run's row as the API answers it, with the ids of its run."""
    if row["state_type"] is None:
        return None
    return _json(
        row["state_id"],
        row["state_type"],
        row["state_name"],
        row["state_at_us"],
        row["state_message"],
        wire_details(row["state_details"], flow_run_id, task_run_id),
        loads(row["state_data"]) if row["state_data"] else None,
    )


def wire_details(text: str | None, flow_run_id: str | None, task_run_id: str | None) -> JsonObject:
    """The details of a column as the API answers them: every key is there."""
    details = _UNSET_DETAILS.copy()
    details["flow_run_id"] = flow_run_id
    details["task_run_id"] = task_run_id
    if text and text != "{}":
        details.update(loads(text))
    return details


def _json(
    id: str, type_: str, name: str, at_us: int, message: str | None, details: JsonObject, data: Any
) -> JsonObject:
    return {
        "id": id,
        "type": type_,
        "name": name,
        "timestamp": to_iso(at_us),
        "message": message,
        "data": data,
        "state_details": details,
    }
