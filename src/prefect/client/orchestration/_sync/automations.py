# Made by tools/make_sync_client.py from _async/automations.py: change that and run it again.
"""Automations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient
from prefect.events.filters import AutomationFilter, AutomationFilterName
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from prefect.client.schemas.sorting import AutomationSort

# the most that one answer holds
_PAGE = 200


class AutomationClient(BaseClient):
    """What can be done with automations."""

    def create_automation(self, automation: AutomationCore) -> UUID:
        """Create an automation; answers its id."""
        body = automation.model_dump(mode="json", exclude={"id"})
        return UUID((self._call("automations.create", body=body))["id"])

    def update_automation(self, automation_id: UUID, automation: AutomationCore) -> None:
        """Replace an automation; raises `ObjectNotFound`."""
        body = automation.model_dump(mode="json", exclude={"id", "owner_resource"})
        self._call("automations.replace", id=bodies.text(automation_id), body=body)

    def read_automations(
        self,
        *,
        automations: AutomationFilter | None = None,
        sort: AutomationSort | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Automation]:
        """The automations that a filter finds: all of them after `offset`, unless there is a `limit`."""
        found: list[Automation] = []
        body: dict[str, Any] = (
            {} if automations is None else {"automations": automations.model_dump(mode="json")}
        )
        if sort is not None:
            body["sort"] = str(sort)
        while limit is None or len(found) < limit:
            size = _PAGE if limit is None else min(_PAGE, limit - len(found))
            page = self._call(
                "automations.filter", body={**body, "limit": size, "offset": offset + len(found)}
            )
            found.extend(Automation.model_validate(each) for each in page)
            if len(page) < size:
                break
        return found

    def find_automation(self, id_or_name: str | UUID) -> Automation | None:
        """The automation with this id, or with this name (whatever the case); None if there is none."""
        try:
            id_ = id_or_name if isinstance(id_or_name, UUID) else UUID(id_or_name)
        except ValueError:
            id_ = None
        if id_ is not None:
            found = self.read_automation(id_)
            if found is not None:
                return found
        wanted = str(id_or_name).lower()
        every = self.read_automations()
        return next((each for each in every if each.name.lower() == wanted), None)

    def read_automation(self, automation_id: UUID | str) -> Automation | None:
        """The automation with this id; None if there is none."""
        try:
            return Automation.model_validate(self._call("automations.read", id=bodies.text(automation_id)))
        except ObjectNotFound:
            return None

    def read_automations_by_name(self, name: str) -> list[Automation]:
        """The automations with this name."""
        return self.read_automations(automations=AutomationFilter(name=AutomationFilterName(any_=[name])))

    def pause_automation(self, automation_id: UUID) -> None:
        """Have an automation watch no more."""
        self._call("automations.update", id=bodies.text(automation_id), body={"enabled": False})

    def resume_automation(self, automation_id: UUID) -> None:
        """Have an automation watch again."""
        self._call("automations.update", id=bodies.text(automation_id), body={"enabled": True})

    def delete_automation(self, automation_id: UUID) -> None:
        """Remove an automation; one that is not there is fine."""
        try:
            self._call("automations.delete", id=bodies.text(automation_id))
        except ObjectNotFound:
            return

    def read_resource_related_automations(self, resource_id: str) -> list[Automation]:
        """The automations that a resource, such as ``prefect.deployment.<id>``, has to do with."""
        found = self._call("automations.related_to", resource_id=resource_id)
        return [Automation.model_validate(each) for each in found]

    def delete_resource_owned_automations(self, resource_id: str) -> None:
        """Remove the automations that a resource owns."""
        self._call("automations.delete_owned_by", resource_id=resource_id)
