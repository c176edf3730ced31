"""Runners: flows of a program are served, their runs executed in processes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect.runner.runner import Runner

__all__ = ["Runner"]

__getattr__, __dir__ = lazy.names(__name__, {"Runner": "prefect.runner.runner"})
