"""Schedules of deployments, from whatever form they are given in."""

from __future__ import annotations

from typing import Any

from prefect._fleet import schedules as forms
from prefect.client.schemas._deployments import DeploymentScheduleCreate, DeploymentScheduleUpdate
from prefect.client.schemas.schedules import is_schedule_type

FlexibleScheduleList = Any

__all__ = ["create_deployment_schedule_create", "is_schedule_type", "normalize_to_deployment_schedule"]


def create_deployment_schedule_create(schedule: Any, active: bool | None = True) -> DeploymentScheduleCreate:
    """One schedule as what is sent to create it."""
    made = forms.normalized([schedule])[0]
    assert isinstance(made, DeploymentScheduleCreate)
    return made.model_copy(update={"active": bool(active)}) if is_schedule_type(schedule) else made


def normalize_to_deployment_schedule(
    schedules: FlexibleScheduleList | None,
) -> list[DeploymentScheduleCreate | DeploymentScheduleUpdate]:
    """A list of schedules in any form as what is sent; raises `ValueError` for what is none."""
    return forms.normalized(schedules)
