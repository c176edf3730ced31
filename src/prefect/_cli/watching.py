"""Following a flow run until it ends: its states and what is logged, as they come."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from prefect._base import clock as clocks
from prefect._base.clock import Clock
from prefect._cli import client, render, run_logs, runs

EVERY_S = 0.5
# lines of other processes may arrive later than younger ones
_LATE_US = 10_000_000
_ENDS = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


class Watch:
    """What has been shown of a flow run so far."""

    def __init__(self, run: Mapping[str, Any]) -> None:
        self._id: str = run["id"]
        self._label = f"Flow run '{run['name']}'"
        self._labels: dict[str | None, str] = {None: self._label}
        self._states: set[str] = set()
        # id -> instant, of the lines that may be found again
        self._lines: dict[str, int] = {}

    def show_news(self) -> None:
        """Print the states and lines that have come since the last look, in the order of time."""
        shown = [(line["timestamp"], None, line) for line in self._new_lines()]
        shown += [(state["timestamp"], state, state) for state in self._new_states()]
        for at, state, thing in sorted(shown, key=lambda each: each[0]):
            if state is None:
                run_logs.print_lines([thing], self._labels)
                continue
            style = runs.STYLES.get(state["type"], "bold")
            text = state["name"] + (f": {state['message']}" if state["message"] else "")
            entered = f"{render.styled('STATE  ', style)} | {self._label} - {render.styled(text, style)}"
            render.line(f"{render.styled(render.at(at), 'dim')} | {entered}")

    def _new_states(self) -> list[dict[str, Any]]:
        found = client.call("run_states.read_for_flow_run", flow_run_id=self._id)
        new = [state for state in found if state["id"] not in self._states]
        self._states.update(state["id"] for state in new)
        return new

    def _new_lines(self) -> list[dict[str, Any]]:
        criteria: dict[str, Any] = {"flow_run_id": {"any_": [self._id]}}
        if self._lines:
            since_us = max(self._lines.values()) - _LATE_US
            criteria["timestamp"] = {"after_": clocks.to_iso(since_us)}
            self._lines = {id: at_us for id, at_us in self._lines.items() if at_us >= since_us}
        found = client.listed("logs.filter", {"logs": criteria, "sort": "TIMESTAMP_ASC"}, limit=None)
        new = [line for line in found if line["id"] not in self._lines]
        self._lines.update((line["id"], clocks.from_iso(line["timestamp"])) for line in new)
        return new


def follow(
    run: Mapping[str, Any], timeout_s: float | None, clock: Clock = clocks.system
) -> dict[str, Any] | None:
    """Show what happens to `run` until it ends, and return it as it is then; None if the time is over."""
    watch = Watch(run)
    until = None if timeout_s is None else clock.monotonic_s() + timeout_s
    while True:
        now = client.call("flow_runs.read", id=run["id"])
        watch.show_news()
        sys.stdout.flush()
        if is_over(now):
            return now
        if until is not None and clock.monotonic_s() >= until:
            return None
        clock.sleep(EVERY_S if until is None else max(0.0, min(EVERY_S, until - clock.monotonic_s())))


def is_over(run: Mapping[str, Any]) -> bool:
    """Whether the run has come to its end."""
    return run["state_type"] in _ENDS
