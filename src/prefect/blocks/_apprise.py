"""The library that speaks to notification services, loaded when a message is sent."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

from prefect._base import lazy

apprise: Any = lazy.module("apprise")


@cache
def _services() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # modules of services that nobody here uses
        manager = apprise.NotificationManager()
        manager.load_modules()
    return manager


def service(schema: str, **options: Any) -> Any:
    """A target of the service with that name."""
    return _services()[schema](**options)


def client(target: Any) -> Any:
    """Something that sends to a target: an address, or what :func:`service` gives."""
    made = apprise.Apprise()
    if not made.add(target):
        raise ValueError("The address is not that of a service that can be notified.")
    return made
