"""Automations and events: made, changed and read again; events are sent, heard, and set something off."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from prefect.automations import (
    Automation,
    CompoundTrigger,
    DoNothing,
    EventTrigger,
    Posture,
    SendNotification,
)
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.events import emit_event
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter


async def heard() -> list[str]:
    """The first event of ours that comes back over the socket."""
    wanted = EventFilter(event=EventNameFilter(name=["compat.happened"]))
    async with get_events_subscriber(filter=wanted) as subscriber:
        emit_event("compat.happened", resource={"prefect.resource.id": "compat.thing.1"}, payload={"n": 1})
        async for event in subscriber:
            return [event.event, event.resource.id, json.dumps(event.payload)]
    return []


if __name__ == "__main__":
    trigger = EventTrigger(
        expect={"compat.happened"},
        match={"prefect.resource.id": "compat.*"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(seconds=0),
    )
    made = Automation(name="compat-automation", trigger=trigger, actions=[DoNothing()]).create()
    made.name = "compat-renamed"
    made.update()
    made.disable()
    paused = Automation.read(id=made.id).enabled
    made.enable()
    block = CustomWebhookNotificationBlock(name="hook", url="http://127.0.0.1:9/none", method="POST")
    document = block.save("compat-hook", overwrite=True)
    both = Automation(
        name="compat-both",
        trigger=CompoundTrigger(
            require="all",
            within=timedelta(minutes=1),
            triggers=[
                trigger,
                EventTrigger(
                    expect={"compat.other"},
                    posture=Posture.Proactive,
                    threshold=1,
                    within=timedelta(seconds=30),
                ),
            ],
        ),
        actions=[SendNotification(block_document_id=document, subject="{{ event.event }}", body="b")],
        enabled=False,
    ).create()
    found = {
        "paused": paused,
        "heard": asyncio.run(heard()),
        "read": Automation.read(name="compat-renamed").trigger.expect == {"compat.happened"},
        "both": [both.trigger.require, len(both.trigger.triggers), both.actions[0].subject],
        "id": str(made.id),
    }
    both.delete()
    print(json.dumps(found))
